"""Tensors, and what poses as one."""

import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from chereme.errors import CheremeError
from chereme.landmarks.formats import torch_tensor


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16, torch.int32])
def test_rows_of_any_number_are_read(tmp_path: Path, dtype: torch.dtype) -> None:
    torch.save(torch.ones(4, 258, dtype=dtype), tmp_path / "clip.pt")
    clip = torch_tensor.read(tmp_path / "clip.pt")
    assert clip.layout.groups == ("left_hand", "pose", "right_hand")
    assert (clip.points == 1).all()


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("sprung"),))


def test_nothing_in_a_file_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"clip": torch.zeros(1, 126), "trap": Trap()}, "clip.pt")
    with pytest.raises(CheremeError, match="not a tensor that can be read safely"):
        torch_tensor.read(tmp_path / "clip.pt")
    assert not (tmp_path / "sprung").exists()


def test_what_is_not_one_tensor_is_refused(tmp_path: Path) -> None:
    torch.save({"clip": torch.zeros(1, 126)}, tmp_path / "clip.pt")
    with pytest.raises(CheremeError, match="holds a dict: save the tensor"):
        torch_tensor.read(tmp_path / "clip.pt")
    torch.save([torch.zeros(1, 126), torch.zeros(1, 126)], tmp_path / "clip.pt")
    with pytest.raises(CheremeError, match="exactly one tensor"):
        torch_tensor.read(tmp_path / "clip.pt")
    torch.save(torch.zeros(1, 126), tmp_path / "clip.pt", _use_new_zipfile_serialization=False)
    with pytest.raises(CheremeError, match="save it with a recent"):
        torch_tensor.read(tmp_path / "clip.pt")


def test_a_tensor_larger_than_its_numbers_is_refused_before_it_is_read(tmp_path: Path) -> None:
    torch.save(torch.zeros(100, 126), tmp_path / "clip.pt")
    with zipfile.ZipFile(tmp_path / "clip.pt") as whole, zipfile.ZipFile(tmp_path / "short.pt", "w") as short:
        for member in whole.infolist():
            content = whole.read(member)
            short.writestr(member.filename, content[:8] if member.filename.endswith("data/0") else content)
    with pytest.raises(CheremeError, match="differ in size"):
        torch_tensor.read(tmp_path / "short.pt")


def test_a_packed_archive_is_refused(tmp_path: Path) -> None:
    torch.save(torch.zeros(1000, 126), tmp_path / "clip.pt")
    with (
        zipfile.ZipFile(tmp_path / "clip.pt") as whole,
        zipfile.ZipFile(tmp_path / "bomb.pt", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for member in whole.infolist():
            bomb.writestr(member.filename, whole.read(member))
    with pytest.raises(CheremeError, match="exactly one tensor"):
        torch_tensor.read(tmp_path / "bomb.pt")


def test_without_torch_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "clip.npy", np.zeros(3))
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(CheremeError, match=r"pip install 'chereme\[train\]'"):
        torch_tensor.read(tmp_path / "clip.npy")
