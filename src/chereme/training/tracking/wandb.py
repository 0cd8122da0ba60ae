"""Runs in Weights & Biases: files on this machine, which `wandb sync` sends when you ask for it.

With `WANDB_MODE=online` set they are sent at once.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

os.environ.setdefault("WANDB_ERROR_REPORTING", "false")  # nothing leaves the machine unasked
os.environ.setdefault("WANDB_SILENT", "true")

import wandb

from chereme.training.tracking.tracker import Kind


class WandbTracker:
    """folder: where `wandb/offline-run-…` folders are made."""

    name = "wandb"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def start(
        self, name: str, kind: Kind, project: str, facts: Mapping[str, Any], parent: str | None = None
    ) -> "WandbRun":
        return WandbRun(
            wandb.init(
                name=name,
                job_type=kind,
                project=project,
                config=dict(facts),
                group=parent,
                dir=self.folder,
                mode="online" if os.environ.get("WANDB_MODE") == "online" else "offline",
                reinit="create_new",
                settings=wandb.Settings(disable_git=True, console="off", save_code=False, x_disable_stats=True),
            )
        )

    def trained(self, weights_sha256: str) -> str | None:
        """Not to be known offline: both runs carry `weights_sha256`, by which the page finds them."""
        return None


class WandbRun:
    def __init__(self, run: Any) -> None:
        self.run = run
        self.id: str | None = run.id

    def describe(self, facts: Mapping[str, Any]) -> None:
        self.run.config.update(dict(facts))

    def measure(self, values: Mapping[str, float], step: int = 0) -> None:
        self.run.log(dict(values), step=step)

    def keep(self, file: Path, folder: str = "") -> None:
        target = Path(self.run.dir) / folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
        self.run.save(str(target), base_path=self.run.dir, policy="now")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run.finish(exit_code=0 if kind is None else 1)
