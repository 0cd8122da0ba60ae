"""Where runs are kept: `mlflow` (a SQLite file on this machine), `wandb` (offline), or `none`."""

from importlib.util import find_spec

from chereme.errors import CheremeError
from chereme.training.tracking.tracker import Kind, NoTracker, TrackedRun, Tracker, runs_folder

__all__ = ["TRACKERS", "Kind", "NoTracker", "TrackedRun", "Tracker", "open_tracker", "runs_folder"]

TRACKERS = ("mlflow", "wandb", "none")


def open_tracker(name: str | None = None) -> Tracker:
    """The tracker of this name. None: mlflow where it is installed, else none, so that scoring needs no extras.

    Raises `CheremeError` for a name that is unknown or whose package is not installed.
    """
    if name is None:
        name = "mlflow" if find_spec("mlflow") else "none"
    if name not in TRACKERS:
        raise CheremeError(f"unknown tracker {name}: choose among {', '.join(TRACKERS)}")
    if name == "none":
        return NoTracker()
    try:
        if name == "wandb":
            from chereme.training.tracking.wandb import WandbTracker

            return WandbTracker(runs_folder())
        from chereme.training.tracking.mlflow import MlflowTracker

        return MlflowTracker(runs_folder())
    except ModuleNotFoundError as error:
        extra = "wandb" if name == "wandb" else "train"
        raise CheremeError(
            f"{error.name} is not installed: --tracker {name} needs `pip install 'chereme[{extra}]'`"
        ) from error
