"""A checkpoint: all that a killed run needs to end as if it had never been killed. safetensors and JSON, no pickle."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from chereme.errors import CheremeError
from chereme.whole_file import write_whole


@dataclass(frozen=True)
class Checkpoints:
    """Where a run keeps its checkpoint, and how many seconds of training a kill may cost."""

    file: Path
    every: float = 60.0

    @property
    def of_teacher(self) -> "Checkpoints":
        """Where the training of its teacher keeps its own. It stays until all has ended: whoever goes on with the pupil
        needs the teacher, who is back after the few steps since its last checkpoint."""
        return Checkpoints(self.file.with_stem(f"{self.file.stem}-teacher"), self.every)

    @property
    def files(self) -> tuple[Path, Path]:
        return self.file, self.of_teacher.file

    @property
    def begun(self) -> bool:
        """Whether there is a training to go on with."""
        return any(file.is_file() for file in self.files)


@dataclass(frozen=True, eq=False)
class Checkpoint:
    tensors: dict[str, Tensor]
    facts: dict[str, Any]
    """What JSON can hold; numbers come back as they were."""

    def write(self, file: Path) -> None:
        """Raises `CheremeError` where the disk does not take it; the checkpoint before is then still there."""
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in self.tensors.items()}
        write_whole(file, save(tensors, {"facts": json.dumps(self.facts)}))

    @classmethod
    def read(cls, file: Path) -> "Checkpoint":
        try:
            with safe_open(file, "pt") as opened:
                tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118  not a dict
                return cls(tensors, json.loads(opened.metadata()["facts"]))
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise CheremeError(f"{file} is damaged: delete it, and training begins anew") from error

    def part(self, name: str) -> dict[str, Tensor]:
        """Tensors whose names begin with `name.`, without that."""
        return {
            key.removeprefix(f"{name}."): value for key, value in self.tensors.items() if key.startswith(f"{name}.")
        }
