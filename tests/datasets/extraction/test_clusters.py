"""The same films on a Ray and on a Dask cluster of this machine: the same bytes."""

from pathlib import Path

import pytest

from chereme.datasets.extraction import Result, backends
from chereme.errors import CheremeError
from tests.datasets.extraction.conftest import Extract, digests


@pytest.mark.parametrize("cluster", ["ray", "dask"])
def test_a_cluster_gives_the_same_bytes(cluster: str, films: Path, unbroken: Result, extract_into: Extract) -> None:
    pytest.importorskip(cluster)
    assert digests(extract_into(films, jobs=2, backend=cluster).dataset.path) == digests(unbroken.dataset.path)


def test_a_dask_cluster_that_runs_is_found_by_its_address(films: Path, unbroken: Result, extract_into: Extract) -> None:
    distributed = pytest.importorskip("dask.distributed")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        there = extract_into(films, jobs=None, backend="dask", address=cluster.scheduler_address)
    assert digests(there.dataset.path) == digests(unbroken.dataset.path)


def test_an_address_without_a_cluster_there_is_told_in_one_line(films: Path, extract_into: Extract) -> None:
    distributed = pytest.importorskip("dask")
    with distributed.config.set({"distributed.comm.timeouts.connect": "0.5s"}):
        with pytest.raises(CheremeError, match="Dask cannot be reached at tcp:") as refused:
            extract_into(films, backend="dask", address="tcp://127.0.0.1:9")
        assert "\n" not in str(refused.value)


def test_a_missing_package_is_named_with_the_command(
    films: Path, extract_into: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(backends, "import_module", absent)
    for cluster in ("ray", "dask"):
        with pytest.raises(CheremeError, match=rf"--backend {cluster} needs `pip install 'chereme\[{cluster}\]'`"):
            extract_into(films, backend=cluster)


def test_an_address_needs_a_cluster(films: Path, extract_into: Extract) -> None:
    with pytest.raises(CheremeError, match="give --backend ray or dask"):
        extract_into(films, address="tcp://127.0.0.1:9")
