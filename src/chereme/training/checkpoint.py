"""A checkpoint: all that a killed run needs to end as if it had never been killed. safetensors and JSON, no pickle."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from chereme.errors import CheremeError


@dataclass(frozen=True)
class Checkpoints:
    """Where a run keeps its checkpoint, and how many seconds of training a kill may cost."""

    file: Path
    every: float = 60.0


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


def write_whole(file: Path, content: bytes) -> None:
    """Write so that a reader, a kill or a power cut sees the old file or the new one and nothing between."""
    temporary = file.with_name(f".{file.name}.writing")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CheremeError(
            f"{file} cannot be written ({error.strerror}): make room, then give the same command again"
        ) from error
