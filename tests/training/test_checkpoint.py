"""A checkpoint comes back bit by bit, and is written whole or not at all."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from chereme.errors import CheremeError
from chereme.training.checkpoint import Checkpoint


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    tensors = {"model.a": torch.tensor([0.1, torch.nan, -0.0]), "random": torch.get_rng_state(), "b.n": torch.tensor(3)}
    facts = {"loss": 0.1 + 0.2, "step": 7, "best": None}
    Checkpoint(tensors, facts).write(tmp_path / "run" / "c.safetensors")
    read = Checkpoint.read(tmp_path / "run" / "c.safetensors")
    assert read.facts == facts
    assert {name: value.numpy().tobytes() for name, value in read.tensors.items()} == {
        name: value.numpy().tobytes() for name, value in tensors.items()
    }
    assert list(read.part("model")) == ["a"]


def test_a_full_disk_leaves_the_checkpoint_before(tmp_path: Path) -> None:
    file = tmp_path / "c.safetensors"
    Checkpoint({"a": torch.zeros(10)}, {"step": 1}).write(file)
    with at_most(20_000), pytest.raises(CheremeError, match=r"cannot be written \(.+\): make room"):
        Checkpoint({"a": torch.zeros(10_000)}, {"step": 2}).write(file)
    assert Checkpoint.read(file).facts == {"step": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["c.safetensors"]


@contextmanager
def at_most(bytes_in_a_file: int) -> Iterator[None]:
    """As on a disk with no more room: a longer file cannot be written."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_in_a_file, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
