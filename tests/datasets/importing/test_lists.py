"""Annotation lists become a manifest."""

import json
from pathlib import Path

import pytest

from chereme.datasets.importing import describe_list, import_list
from chereme.datasets.manifest import read_manifest
from chereme.errors import CheremeError


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """Two clips of one film and one of another."""
    folder = tmp_path / "MS-ASL"
    folder.mkdir()
    (folder / "MSASL_classes.json").write_text(json.dumps(["hello", "how many"]))
    clip = {"url": "https://films.example/1.mp4", "start_time": 0.5, "end_time": 1.75, "label": 0, "text": "hello"}
    other = {**clip, "start_time": 2, "end_time": 3, "signer_id": 7, "box": [0.1, 0.2, 0.9, 0.8]}
    third = {**clip, "url": "https://films.example/2.mp4", "label": 1, "text": "how many", "signer_id": 8}
    (folder / "MSASL_val.json").write_text(json.dumps([clip, third]))
    (folder / "MSASL_test.json").write_text(json.dumps([other]))
    return folder


def test_the_manifest_has_every_clip_with_its_part_of_the_film(lists: Path, tmp_path: Path) -> None:
    listed = import_list(lists, tmp_path / "out" / "clips.csv", "msasl")
    clips = read_manifest(tmp_path / "out" / "clips.csv")
    assert [(clip.gloss, clip.signer, clip.split, clip.start, clip.end) for clip in clips] == [
        ("hello", None, "val", 0.5, 1.75),
        ("hello", "7", "test", 2.0, 3.0),
        ("how many", "8", "val", 0.5, 1.75),
    ]
    assert clips[1].box == (0.1, 0.2, 0.9, 0.8)
    assert clips[0].path == clips[1].path != clips[2].path
    assert clips[0].path.parent == tmp_path / "out" / "sources"
    assert describe_list(listed) == {
        "corpus": "msasl",
        "clips": 3,
        "splits": {"val": 2, "test": 1},
        "glosses": 2,
        "signers": {"val": 1, "test": 1},
    }


def test_nothing_is_overwritten_or_taken_for_a_dataset(lists: Path, tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match=r"ending \.csv"):
        import_list(lists, tmp_path / "out", "msasl")
    (tmp_path / "mine.csv").write_text("precious")
    with pytest.raises(CheremeError, match="in the way"):
        import_list(lists, tmp_path / "mine.csv", "msasl")
    assert (tmp_path / "mine.csv").read_text() == "precious"
