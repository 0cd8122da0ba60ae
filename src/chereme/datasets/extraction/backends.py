"""Who does the calls: threads here, each with a process it watches, or the workers of a Ray or Dask cluster."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from joblib import parallel_config

from chereme.datasets.extraction.supervised import end_workers
from chereme.errors import CheremeError, first_line

Backend = Literal["local", "ray", "dask"]


@dataclass(frozen=True)
class Crew:
    jobs: int
    """Calls at a time."""
    streams: bool = True
    """Whether joblib gives answers one by one here."""


@contextmanager
def workers(backend: Backend, jobs: int | None, address: str | None) -> Iterator[Crew]:
    """Within, joblib's calls go to the crew that is yielded.

    jobs: None means one for each core here, or all that the cluster has.
    address: of a cluster that runs; None starts one on this machine, and ends it afterwards.
    """
    if address is not None and backend == "local":
        raise CheremeError("--address is that of a cluster: give --backend ray or dask with it")
    with {"local": _local, "ray": _ray, "dask": _dask}[backend](jobs, address) as crew:
        yield crew


@contextmanager
def _local(jobs: int | None, _: str | None) -> Iterator[Crew]:
    try:
        with parallel_config(backend="threading"):
            yield Crew(jobs or cores())
    finally:
        end_workers()


@contextmanager
def _ray(jobs: int | None, address: str | None) -> Iterator[Crew]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray tells its makers of its use unless told not to
    try:
        ray = import_module("ray")
        register_ray = import_module("ray.util.joblib").register_ray
    except ModuleNotFoundError as error:
        raise _missing("ray") from error
    with _reached("Ray", address):
        if address:
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
        else:
            cpus = jobs or cores()
            ray.init("local", num_cpus=cpus, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    try:
        register_ray()
        with parallel_config(backend="ray"):
            yield Crew(jobs or int(ray.cluster_resources()["CPU"]), streams=False)
    finally:
        ray.shutdown()


@contextmanager
def _dask(jobs: int | None, address: str | None) -> Iterator[Crew]:
    try:
        distributed = import_module("dask.distributed")
    except ModuleNotFoundError as error:
        raise _missing("dask") from error
    with _reached("Dask", address):
        if address:
            client = distributed.Client(address)
        else:
            cluster = distributed.LocalCluster(n_workers=jobs or cores(), threads_per_worker=1, dashboard_address=None)
            client = distributed.Client(cluster)
    try:
        with parallel_config(backend="dask"):
            yield Crew(jobs or sum(client.nthreads().values()))
    finally:
        client.close()
        if not address:
            cluster.close()


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _reached(what: str, address: str | None) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        where = f"at {address}" if address else "on this machine"
        raise CheremeError(f"{what} cannot be reached {where}: {first_line(error)}") from error


def _missing(package: str) -> CheremeError:
    return CheremeError(f"{package} is not installed: --backend {package} needs `pip install 'chereme[{package}]'`")
