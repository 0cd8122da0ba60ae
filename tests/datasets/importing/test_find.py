"""Which files are clips, and of what."""

from pathlib import Path

import numpy as np
import pytest

from chereme.datasets.importing import find_clips, recognise
from chereme.errors import CheremeError


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def found(source: Path, name: str) -> list[tuple[str, str]]:
    return [(clip.id, clip.gloss) for clip in find_clips(source, name)]


def test_a_folder_is_a_gloss_at_any_depth_below(tmp_path: Path) -> None:
    source = tree(tmp_path / "in", "no/b.pose", "hello/ann/1.pose", "hello/.hidden.pose", ".git/x.pose", "no/notes.txt")
    assert found(source, "pose") == [("hello/ann/1.pose", "hello"), ("no/b.pose", "no")]


def test_a_file_in_no_folder_names_its_gloss_without_the_number_of_the_clip(tmp_path: Path) -> None:
    source = tree(tmp_path / "in", "how_many_3.json", "how_many_12.json", "thanks.json")
    assert found(source, "landmark_json") == [
        ("how_many_12.json", "how_many"),
        ("how_many_3.json", "how_many"),
        ("thanks.json", "thanks"),
    ]
    assert found(source / "thanks.json", "landmark_json") == [("thanks.json", "thanks")]


def test_folders_of_frames_are_clips_of_the_word_around_them(tmp_path: Path) -> None:
    source = tree(tmp_path / "in", "MP_Data/hello/0/0.npy", "MP_Data/hello/0/1.npy", "MP_Data/Let's go/7/1.npy")
    assert found(source, "mp_data") == [("MP_Data/Let's go/7", "Let's go"), ("MP_Data/hello/0", "hello")]
    assert found(source / "MP_Data" / "hello", "mp_data") == [("0", "hello")]


def test_a_manifest_says_what_folders_cannot(tmp_path: Path) -> None:
    source = tree(tmp_path / "in", "x/1.pt")
    (source / "manifest.csv").write_text("file,gloss,signer,session,split\nx/1.pt,hello you,ann,monday,val\n")
    (clip,) = find_clips(source, "torch")
    assert (clip.gloss, clip.signer, clip.session, clip.split) == ("hello you", "ann", "monday", "val")
    assert find_clips(source / "manifest.csv", "torch") == (clip,)
    assert recognise(source) == recognise(source / "manifest.csv") == "torch"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("../secret.parquet,1,2,hello", "leads out of the folder"),
        ("/etc/passwd,1,2,hello", "leads out of the folder"),
        ("a.parquet,1,2,", "needs path, sequence_id and sign"),
        ("a.parquet,1,2,elephant", "has no sign elephant"),
        ("a.parquet,1,1000,hello", "already a sequence_id 1000"),
    ],
)
def test_a_wrong_row_of_the_train_table_is_named(kaggle: Path, row: str, problem: str) -> None:
    with (kaggle / "train.csv").open("a") as stream:
        stream.write(row + "\n")
    with pytest.raises(CheremeError, match=f"row 5: .*{problem}"):
        find_clips(kaggle, "gislr")


def test_nothing_to_import_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="there is no"):
        find_clips(tmp_path / "absent", "pose")
    with pytest.raises(CheremeError, match="holds no clip of format pose"):
        find_clips(tree(tmp_path / "in", "hello/1.npy"), "pose")


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (["hello/0/0.npy", "hello/0/1.npy"], "mp_data"),
        (["hello/clip-1.npy"], "flat_npy"),
        (["hello/1.pose", "films/1.mp4", "README.md"], "pose"),
        (["hello/1.pt"], "torch"),
        (["hello/1.csv", "labels.json"], "landmark_csv"),
        (["hello/1.json"], "landmark_json"),
        (["hello/1.mp4", "no/2.JPG"], "media"),
        (["MSASL_val.json", "MSASL_classes.json"], "msasl"),
        (["nslt_100.json", "wlasl_class_list.txt"], "wlasl"),
        (["WLASL_v0.3.json"], "wlasl"),
    ],
)
def test_the_files_tell_the_format(tmp_path: Path, files: list[str], name: str) -> None:
    assert recognise(tree(tmp_path / "in", *files)) == name


def test_a_train_table_tells_gislr(kaggle: Path) -> None:
    assert recognise(kaggle) == "gislr"


def test_several_formats_or_none_ask_which(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match=r"several formats \(flat_npy, pose\): give one with --format"):
        recognise(tree(tmp_path / "both", "hello/1.pose", "hello/a.npy"))
    with pytest.raises(CheremeError, match="no files that are known"):
        recognise(tree(tmp_path / "none", "notes.txt"))


def test_frames_of_a_manifest_are_recognised_by_their_folder(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "hello" / "0"
    folder.mkdir(parents=True)
    np.save(folder / "0.npy", np.ones(126))
    (tmp_path / "in" / "manifest.csv").write_text("file,gloss\nhello/0,hello\n")
    assert recognise(tmp_path / "in") == "mp_data"


def test_numbered_arrays_with_rows_are_clips_and_not_frames(tmp_path: Path) -> None:
    (tmp_path / "hello").mkdir()
    np.save(tmp_path / "hello" / "00623.npy", np.ones((5, 126)))
    assert recognise(tmp_path) == "flat_npy"
