"""Runs in MLflow: a SQLite file and a folder of files on this machine.

With `MLFLOW_TRACKING_URI` set they go to that server instead.
"""

import json
import logging
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from types import TracebackType
from typing import Any, Self

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # nothing leaves the machine unasked

from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient

from chereme.training.tracking.tracker import Kind, flat

LONGEST = 6000
"""Characters of a parameter; `facts.json` has what is longer in full."""

KIND, WEIGHTS, PARENT = "kind", "weights_sha256", "mlflow.parentRunId"


@dataclass(frozen=True)
class KeptRun:
    """One line of `chereme runs`."""

    id: str
    project: str
    name: str
    kind: str
    status: str
    started: float
    """Seconds since 1970."""
    parent: str | None
    metrics: dict[str, float]


class MlflowTracker:
    """folder: where `runs.db` and `files/` are; it is made when missing."""

    name = "mlflow"

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.uri = os.environ.get("MLFLOW_TRACKING_URI", f"sqlite:///{self.folder}/runs.db")
        self.local = "MLFLOW_TRACKING_URI" not in os.environ
        for talker in ("mlflow", "alembic"):  # each new file would be told of in fifty lines
            logging.getLogger(talker).setLevel(logging.WARNING)
        if self.local and not (self.folder / "runs.db").exists():
            _make_database(self.folder / "runs.db")
        self.client = MlflowClient(tracking_uri=self.uri)

    def start(
        self, name: str, kind: Kind, project: str, facts: Mapping[str, Any], parent: str | None = None
    ) -> "MlflowRun":
        tags = {KIND: kind} | ({PARENT: parent} if parent else {})
        begun = self.client.create_run(self._experiment(project), tags=tags, run_name=name)
        run = MlflowRun(self.client, begun.info.run_id)
        run.describe(facts)
        return run

    def trained(self, weights_sha256: str) -> str | None:
        wanted = f"tags.{WEIGHTS} = '{weights_sha256}' and tags.{KIND} = 'train'"
        found = self.client.search_runs(self._experiments(), wanted, max_results=1)
        return found[0].info.run_id if found else None

    def runs(self) -> Iterator[KeptRun]:
        """All runs, the newest first."""
        names = {each.experiment_id: each.name for each in self.client.search_experiments()}
        page: str | None = None
        while names:
            found = self.client.search_runs(list(names), order_by=["attributes.start_time DESC"], page_token=page)
            for run in found:
                tags = run.data.tags
                yield KeptRun(
                    run.info.run_id,
                    names[run.info.experiment_id],
                    run.info.run_name,
                    tags.get(KIND, ""),
                    run.info.status.lower(),
                    run.info.start_time / 1000,
                    tags.get(PARENT),
                    dict(run.data.metrics),
                )
            if not (page := found.token):
                return

    def _experiments(self) -> list[str]:
        return [each.experiment_id for each in self.client.search_experiments()]

    def _experiment(self, name: str) -> str:
        if known := self.client.get_experiment_by_name(name):
            return str(known.experiment_id)
        files = (self.folder / "files").as_uri() if self.local else None
        return str(self.client.create_experiment(name, artifact_location=files))


class MlflowRun:
    def __init__(self, client: MlflowClient, run: str) -> None:
        self.client = client
        self.id: str | None = run
        self.run = run
        self.facts: dict[str, Any] = {}

    def describe(self, facts: Mapping[str, Any]) -> None:
        self.facts |= facts
        values = flat(facts)
        params = [Param(name, value[:LONGEST]) for name, value in values.items()]
        tags = [RunTag(WEIGHTS, values[WEIGHTS])] if WEIGHTS in values else []
        self.client.log_batch(self.run, params=params, tags=tags)
        self.client.log_text(self.run, json.dumps(self.facts, indent=1, ensure_ascii=False), "facts.json")

    def measure(self, values: Mapping[str, float], step: int = 0) -> None:
        self.client.log_batch(self.run, metrics=[Metric(name, value, _now(), step) for name, value in values.items()])

    def keep(self, file: Path, folder: str = "") -> None:
        self.client.log_artifact(self.run, str(file), folder or None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        status = "FINISHED" if kind is None else "FAILED" if issubclass(kind, Exception) else "KILLED"
        self.client.set_terminated(self.run, status)


def _make_database(file: Path) -> None:
    """Its seventy migrations wait for the disk, each several times: in memory they take two seconds, not a minute.

    And a kill meanwhile leaves nothing half-made.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    memory = Path("/dev/shm")  # noqa: S108  Linux has it
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else file.parent) as made:
        MlflowClient(tracking_uri=f"sqlite:///{made}/runs.db").search_experiments()
        with NamedTemporaryFile(dir=file.parent, delete=False) as copy:
            copy.write((Path(made) / "runs.db").read_bytes())
        Path(copy.name).replace(file)


def _now() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)
