"""Manifests: read back as written, and refused in one line where a row is wrong."""

import json
from pathlib import Path

import pytest

from chereme.datasets.manifest import Recording, from_class_folders, read_manifest, write_manifest
from chereme.errors import CheremeError


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    clips = (
        Recording("one", tmp_path / "a" / "1.mp4", "hello, you", "ann", "s1", "train", 0.5, 1.25, (0.1, 0.2, 0.9, 1.0)),
        Recording("two", tmp_path / "2.jpg", "-"),
    )
    write_manifest(tmp_path / "clips.csv", clips)
    assert read_manifest(tmp_path / "clips.csv") == clips


def test_json_and_the_column_label_are_read_too(tmp_path: Path) -> None:
    file = tmp_path / "clips.json"
    file.write_text(json.dumps([{"file": "x.mp4", "label": 3, "signer": 7, "box": [0, 0, 1, 1]}]))
    (clip,) = read_manifest(file)
    assert (clip.id, clip.gloss, clip.signer, clip.box) == ("x.mp4", "3", "7", (0.0, 0.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"file": "../secret.mp4", "gloss": "a"}, "leads out"),
        ({"file": "/etc/passwd", "gloss": "a"}, "leads out"),
        ({"gloss": "a"}, "needs `file`"),
        ({"file": "a.mp4", "gloss": "a", "start": "soon"}, "not a number of seconds"),
        ({"file": "a.mp4", "gloss": "a", "start": "nan"}, "not a number of seconds"),
        ({"file": "a.mp4", "gloss": "a", "box": "0 0 2 2"}, "not a box"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: dict[str, str], problem: str) -> None:
    file = tmp_path / "clips.json"
    file.write_text(json.dumps([{"file": "fine.mp4", "gloss": "a"}, row]))
    with pytest.raises(CheremeError, match=f"row 2.*{problem}"):
        read_manifest(file)


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "clips.csv"
    file.write_text("file,gloss\na.mp4,x\na.mp4,y\n")
    with pytest.raises(CheremeError, match="row 2: there is already a clip"):
        read_manifest(file)


def test_class_folders_are_read_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ("b/2.mp4", "a/deep/1.JPG", "b/1.mp4", "b/notes.txt", "a/.hidden.mp4", "loose.mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    clips = from_class_folders(tmp_path)
    assert [(clip.gloss, clip.id) for clip in clips] == [("a", "a/deep/1.JPG"), ("b", "b/1.mp4"), ("b", "b/2.mp4")]


def test_a_folder_without_class_folders_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="one folder for each gloss"):
        from_class_folders(tmp_path)
