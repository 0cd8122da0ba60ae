"""A run: the folder that training leaves, from which a bundle is built."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from safetensors.torch import load_file, save
from torch import nn

from chereme import __version__
from chereme.datasets import SignDataset
from chereme.errors import CheremeError
from chereme.landmarks.layout import Layout
from chereme.models import build_model
from chereme.training.checkpoint import Checkpoints
from chereme.training.fit import Epoch, FitConfig
from chereme.whole_file import write_whole, writing

UNFINISHED = "unfinished.safetensors"
"""In the folder of a run: the checkpoint of a training that has not ended."""


@runtime_checkable
class Weighing(Protocol):
    """A model that learns how much each group of landmarks counts for."""

    def group_weights(self) -> dict[str, float]:
        """By group; 1 in all."""


@dataclass(frozen=True, eq=False)
class Run:
    """`weights.safetensors` and `run.json`; while it has not ended, `unfinished.safetensors`. Never a pickle."""

    model: nn.Module
    facts: dict[str, Any]
    """model, options, fit, validation, glosses, groups, aspect, dataset, split, group_weights, code_version."""

    @classmethod
    def of(
        cls,
        train: SignDataset,
        model: nn.Module,
        name: str,
        config: FitConfig,
        options: dict[str, Any] | None,
        glosses: tuple[str, ...],
        aspect: float,
        by: str | None = None,
        held_out: tuple[str, ...] = (),
        best: Epoch | None = None,
    ) -> "Run":
        """What there is to say about a model fitted to `train`; best: the epoch whose weights were kept."""
        ids = "\n".join(sorted(sample.id for sample in train.samples))
        description = train.description
        return cls(
            model,
            {
                "model": name,
                "options": options or {},
                "fit": asdict(config),
                "validation": _validation(best),
                "glosses": list(glosses),
                "groups": list(description.groups),
                "aspect": aspect,
                "dataset": {
                    "name": description.name,
                    "sign_language": description.sign_language,
                    "source": description.source,
                    "license": description.license,
                    "samples": len(train),
                    "median_frames": sorted(sample.frames for sample in train.samples)[len(train) // 2],
                },
                "split": {
                    "kind": "held-out" if held_out else "all",
                    "by": by,
                    "held_out": list(held_out),
                    "train_ids_sha256": hashlib.sha256(ids.encode()).hexdigest(),
                },
                "group_weights": model.group_weights() if isinstance(model, Weighing) else {},
                "code_version": __version__,
            },
        )

    @property
    def layout(self) -> Layout:
        return Layout(tuple(self.facts["groups"]))

    @property
    def weights_sha256(self) -> str:
        """Of `weights.safetensors`."""
        return hashlib.sha256(save(self.model.state_dict())).hexdigest()

    def save(self, folder: Path) -> None:
        """Each file appears whole or not at all, `run.json` last; then the checkpoint has done its work."""
        write_whole(folder / "weights.safetensors", save(self.model.state_dict()))
        write_whole(folder / "run.json", json.dumps(self.facts, indent=1, ensure_ascii=False).encode())
        for leftover in _left_behind(folder):
            leftover.unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path) -> "Run":
        """Read a run; raises `CheremeError` when the folder holds none, or one that has not ended."""
        if Checkpoints(folder / UNFINISHED).begun and not (folder / "run.json").exists():
            raise CheremeError(f"the training in {folder} has not ended: give the same chereme train again to go on")
        try:
            facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
            weights = load_file(folder / "weights.safetensors")
        except (OSError, ValueError) as error:
            raise CheremeError(f"{folder} is not a training run: {error}") from error
        model = build_model(facts["model"], Layout(tuple(facts["groups"])), len(facts["glosses"]), facts["options"])
        model.load_state_dict(weights)
        return cls(model.eval(), facts)


def checkpoints_in(folder: Path, every: float) -> Checkpoints:
    """Of a run that is to be trained into this folder, which is new, empty, or holds a run that was killed.

    every: seconds. Raises `CheremeError` when the folder holds anything else.
    """
    checkpoints = Checkpoints(folder / UNFINISHED, every)
    is_free = not folder.exists() or (folder.is_dir() and set(folder.iterdir()) <= set(_left_behind(folder)))
    if not checkpoints.begun and not is_free:
        raise CheremeError(f"{folder} is in the way: choose a new or empty folder for the run")
    return checkpoints


def _left_behind(folder: Path) -> Iterator[Path]:
    """What a kill may leave: checkpoints, and one that was just being written."""
    for file in Checkpoints(folder / UNFINISHED).files:
        yield from (file, writing(file))


def _validation(best: Epoch | None) -> dict[str, Any] | None:
    if best is None or best.validation is None:
        return None
    said = best.validation
    return {"step": best.step, "clips": len(said.ids), "loss": said.loss, "top1": said.top1}
