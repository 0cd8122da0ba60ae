"""A run: the folder that training leaves, from which a bundle is built."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import nn

from chereme import __version__
from chereme.datasets import SignDataset
from chereme.errors import CheremeError
from chereme.landmarks.layout import Layout
from chereme.models import build_model
from chereme.training.fit import FitConfig


@dataclass(frozen=True, eq=False)
class Run:
    """`weights.safetensors` and `run.json`; never a pickle."""

    model: nn.Module
    facts: dict[str, Any]
    """model, options, fit, glosses, groups, aspect, dataset, split, code_version."""

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
    ) -> "Run":
        """What there is to say about a model fitted to `train`."""
        ids = "\n".join(sorted(sample.id for sample in train.samples))
        description = train.description
        return cls(
            model,
            {
                "model": name,
                "options": options or {},
                "fit": asdict(config),
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
                "code_version": __version__,
            },
        )

    @property
    def layout(self) -> Layout:
        return Layout(tuple(self.facts["groups"]))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        save_file(self.model.state_dict(), folder / "weights.safetensors")
        (folder / "run.json").write_text(json.dumps(self.facts, indent=1, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Run":
        """Read a run; raises `CheremeError` when the folder holds none."""
        try:
            facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
            weights = load_file(folder / "weights.safetensors")
        except (OSError, ValueError) as error:
            raise CheremeError(f"{folder} is not a training run: {error}") from error
        model = build_model(facts["model"], Layout(tuple(facts["groups"])), len(facts["glosses"]), facts["options"])
        model.load_state_dict(weights)
        return cls(model.eval(), facts)
