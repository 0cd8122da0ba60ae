"""Bundles are found by path, name, or name and version."""

from pathlib import Path

import pytest

from chereme.bundles.shipped import find_bundle, shipped_bundles
from chereme.errors import CheremeError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("asl-words-1.0.0", "asl-words-1.10.0", "asl-words-1.9.0", "toy-0.1.0"):
        (tmp_path / f"{name}.chereme").write_bytes(b"x")
    return tmp_path


def test_the_newest_version_is_found_by_name(folder: Path) -> None:
    assert find_bundle("asl-words", folder).name == "asl-words-1.10.0.chereme"
    assert list(shipped_bundles(folder)) == ["asl-words", "toy"]


def test_a_version_can_be_asked_for(folder: Path) -> None:
    assert find_bundle("asl-words-1.9.0", folder).name == "asl-words-1.9.0.chereme"


def test_a_path_wins(folder: Path) -> None:
    path = folder / "toy-0.1.0.chereme"
    assert find_bundle(path, folder / "empty") == path


@pytest.mark.parametrize("name", ["bsl", "../toy-0.1.0", "", "."])
def test_an_unknown_name_says_which_there_are(folder: Path, name: str) -> None:
    with pytest.raises(CheremeError, match="there are asl-words, toy") as caught:
        find_bundle(name, folder)
    assert caught.value.code == "unknown_bundle"
