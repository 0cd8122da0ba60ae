"""The lists of MS-ASL and WLASL: read as they are, refused in one line where a row is wrong."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from chereme.datasets.corpora.annotations import read_msasl, read_wlasl
from chereme.errors import CheremeError

REAL = Path(os.environ.get("CHEREME_DATA", Path(__file__).parents[4] / "shared" / "data")) / "raw"
needs_lists = pytest.mark.skipif(not (REAL / "msasl").is_dir(), reason="the published lists are not here")

ROW = {
    "url": "www.youtube.com/watch?v=abcdefghijk",
    "start_time": 1.0,
    "end_time": 2.5,
    "start": 30,
    "end": 75,
    "label": 1,
    "signer_id": 7,
    "box": [0.1, 0.2, 0.9, 1.0],
    "text": "how many",
    "clean_text": "how many",
    "width": 640.0,
    "height": 360.0,
    "fps": 30.0,
    "file": "how_many_3",
}

INSTANCE = {
    "video_id": "00042",
    "url": "http://example.org/book.mp4",
    "frame_start": 26,
    "frame_end": 75,
    "fps": 25,
    "bbox": [10, 20, 100, 200],
    "signer_id": 3,
    "split": "val",
}


def msasl(folder: Path, *rows: Any) -> Path:
    (folder / "MSASL_classes.json").write_text(json.dumps(["hello", "how many"]))
    (folder / "MSASL_synonym.json").write_text(json.dumps([["hello", "hi"]]))
    (folder / "MSASL_val.json").write_text(json.dumps(rows))
    return folder


def wlasl(folder: Path, *instances: Any) -> Path:
    (folder / "WLASL_v0.3.json").write_text(json.dumps([{"gloss": "book", "instances": instances}]))
    return folder


def test_msasl_rows_are_read(tmp_path: Path) -> None:
    listed = read_msasl(msasl(tmp_path, ROW, ROW | {"signer_id": -1, "box": None}))
    first, second = listed.clips
    assert (first.id, first.gloss, first.label, first.split) == ("msasl-val-00001", "how many", 1, "val")
    assert (first.start, first.end, first.fps, first.signer) == (1.0, 2.5, 30.0, "7")
    assert (first.video, first.box) == (ROW["url"], (0.1, 0.2, 0.9, 1.0))
    assert first.listed == "MSASL_val.json row 1"
    assert (second.signer, second.box) == (None, None)
    assert listed.synonyms == (("hello", "hi"),)


def test_the_gloss_is_that_of_the_list_and_not_of_the_file_name(tmp_path: Path) -> None:
    (clip,) = read_msasl(msasl(tmp_path, ROW | {"file": "hello_1"})).clips
    assert clip.gloss == "how many"


def test_wlasl_frames_count_from_one_and_include_the_last(tmp_path: Path) -> None:
    whole = INSTANCE | {"video_id": "00043", "frame_start": 1, "frame_end": -1}
    part, film = read_wlasl(wlasl(tmp_path, INSTANCE, whole)).clips
    assert (part.id, part.gloss, part.start, part.end) == ("wlasl-00042", "book", 1.0, 3.0)
    assert (film.start, film.end, film.split, film.signer) == (0.0, None, "val", "3")


def test_a_wlasl_subset_without_addresses_names_the_film_by_its_id(tmp_path: Path) -> None:
    (tmp_path / "nslt_2.json").write_text(json.dumps({"007": {"subset": "test", "action": [1, 1, 55]}}))
    (tmp_path / "wlasl_class_list.txt").write_text("0\tbook\n1\tdrink\n2\tchair\n")
    listed = read_wlasl(tmp_path)
    assert listed.glosses == ("book", "drink")
    assert (listed.clips[0].video, listed.clips[0].gloss, listed.clips[0].end) == ("007", "drink", None)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"url": None}, "url"),
        ({"start_time": -1}, "start_time"),
        ({"start_time": float("nan")}, "start_time"),
        ({"end_time": 1.0}, "ends at 1.0 s and begins at 1.0 s"),
        ({"label": 9}, "label 9 is no gloss in MSASL_classes.json"),
        ({"text": "hello"}, "label 1 is how many in MSASL_classes.json and hello here"),
        ({"box": [0.9, 0.2, 0.1, 1.0]}, "is not y0, x0, y1, x1"),
        ({"box": [0, 0, 1]}, "box"),
        ({"box": [0, 0, 1, 640]}, "box.3"),
    ],
)
def test_a_wrong_msasl_row_is_named(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    with pytest.raises(CheremeError) as refused:
        read_msasl(msasl(tmp_path, ROW, ROW | change))
    assert "MSASL_val.json row 2: " in str(refused.value)
    assert problem in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"fps": 0}, "fps"),
        ({"frame_end": 3}, "ends at frame 3"),
        ({"split": "dev"}, "split"),
        ({"video_id": "../x"}, "video_id"),
        ({}, "listed twice"),
    ],
)
def test_a_wrong_wlasl_instance_is_named(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    with pytest.raises(CheremeError, match=f"row 1 instance 2: .*{problem}"):
        read_wlasl(wlasl(tmp_path, INSTANCE, INSTANCE | change))


@pytest.mark.parametrize("content", ["", "{}", "[1]", "[[", '["a"', "[" * 100_000, "\x00"])
def test_what_is_no_list_is_refused(tmp_path: Path, content: str) -> None:
    for read, name in ((read_msasl, "MSASL_val.json"), (read_wlasl, "WLASL_v0.3.json")):
        msasl(tmp_path)
        (tmp_path / name).write_text(content)
        with pytest.raises(CheremeError, match=name):
            read(tmp_path)


def test_a_folder_without_lists_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match=r"has no MSASL_classes\.json"):
        read_msasl(tmp_path)
    with pytest.raises(CheremeError, match=r"neither WLASL_v0\.3\.json nor nslt_100\.json"):
        read_wlasl(tmp_path)


@needs_lists
def test_the_published_msasl_lists_count_as_published() -> None:
    listed = read_msasl(REAL / "msasl")
    assert (len(listed.glosses), listed.glosses[:2]) == (1000, ("hello", "nice"))
    for split, clips, signers in (("val", 5287, 37), ("test", 4172, 20)):
        these = [clip for clip in listed.clips if clip.split == split]
        assert (len(these), len({clip.signer for clip in these})) == (clips, signers)


@needs_lists
def test_the_published_wlasl_list_counts_as_published() -> None:
    listed = read_wlasl(REAL / "wlasl")
    assert len(listed.glosses) == 100
    by_split = [sum(clip.split == split for clip in listed.clips) for split in ("train", "val", "test")]
    assert (len(listed.clips), by_split) == (2038, [1442, 338, 258])
