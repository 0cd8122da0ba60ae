"""Clips into a dataset: values kept, failures alone, nothing half-written."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chereme.datasets import SignDataset
from chereme.datasets.importing import Imported, clips, find_clips, import_clips
from chereme.errors import CheremeError
from tests.datasets.importing.conftest import made_up

ABOUT: dict[str, Any] = {"name": "toy", "sign_language": "ase", "license": "CC0-1.0", "source": "this test"}


def bring_in(source: Path, out: Path, name: str = "gislr", **options: Any) -> Imported:
    return import_clips(find_clips(source, name), out, format=name, root=source, **ABOUT, **options)


def test_a_gislr_tree_keeps_values_gaps_and_facts(kaggle: Path, tmp_path: Path) -> None:
    imported = bring_in(kaggle, tmp_path / "out")
    samples = imported.dataset.samples
    assert [(each.id, each.gloss, each.signer, each.frames) for each in samples] == [
        ("1000", "hello", "26", 2),
        ("1001", "bye", "26", 3),
        ("1002", "hello", "37", 4),
        ("1003", "bye", "37", 5),
    ]
    assert samples[0].source == "train_landmark_files/26/1000.parquet"
    assert (samples[0].fps, samples[0].aspect) == (None, None)
    for number, clip in enumerate(imported.dataset):
        expected = made_up(2 + number, number).select(clip.layout).points.astype(np.float16)
        np.testing.assert_array_equal(clip.points, expected.astype(np.float32))


def test_the_face_is_left_out_unless_it_is_asked_for(kaggle: Path, tmp_path: Path) -> None:
    assert bring_in(kaggle, tmp_path / "plain").dataset.layout.groups == ("left_hand", "pose", "right_hand")
    asked = bring_in(kaggle, tmp_path / "asked", groups=("face", "right_hand"))
    assert asked.dataset.layout.groups == ("face", "right_hand")


def test_rate_and_aspect_can_be_told_where_the_format_does_not(kaggle: Path, tmp_path: Path) -> None:
    dataset = bring_in(kaggle, tmp_path / "out", fps=30.0, aspect=0.75).dataset
    assert {(sample.fps, sample.aspect) for sample in dataset.samples} == {(30.0, 0.75)}


def test_the_notes_say_whether_the_sides_are_the_signers(kaggle: Path, tmp_path: Path) -> None:
    assert "signer's own" in bring_in(kaggle, tmp_path / "known").dataset.description.notes
    folder = Path(__file__).parents[2] / "data" / "formats" / "mp_data" / "MP_Data"
    assert "is not known" in bring_in(folder, tmp_path / "unknown", "mp_data").dataset.description.notes


def test_a_damaged_clip_costs_itself_alone_and_comes_in_once_it_is_mended(kaggle: Path, tmp_path: Path) -> None:
    file = kaggle / "train_landmark_files" / "26" / "1001.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    imported = bring_in(kaggle, tmp_path / "out")
    assert [each.id for each in imported.failed] == ["1001"]
    assert "not a readable parquet" in imported.failed[0].reason
    assert imported.added == 3

    file.write_bytes(whole)
    again = bring_in(kaggle, tmp_path / "out")
    assert (again.added, again.already, again.failed) == (1, 3, ())
    assert bring_in(kaggle, tmp_path / "out").added == 0


def test_when_no_clip_can_be_read_no_dataset_is_left(kaggle: Path, tmp_path: Path) -> None:
    for file in kaggle.rglob("*.parquet"):
        file.write_bytes(b"")
    with pytest.raises(CheremeError, match="none of 4 clips could be imported; the first: "):
        bring_in(kaggle, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_killed_import_goes_on_and_ends_as_an_unbroken_one(
    kaggle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "COMMIT_VALUES", 1)

    def killed(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(kaggle, tmp_path / "broken", on_progress=killed)
    assert len(SignDataset.open(tmp_path / "broken")) == 2
    bring_in(kaggle, tmp_path / "broken")
    bring_in(kaggle, tmp_path / "unbroken")
    for name in ("landmarks.npy", "dataset.json"):
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "unbroken" / name).read_bytes()
    assert SignDataset.open(tmp_path / "broken").samples == SignDataset.open(tmp_path / "unbroken").samples


def test_another_dataset_or_other_files_are_not_touched(kaggle: Path, tmp_path: Path) -> None:
    bring_in(kaggle, tmp_path / "out")
    with pytest.raises(CheremeError, match="is another dataset"):
        bring_in(Path(__file__).parents[2] / "data" / "formats" / "mp_data" / "MP_Data", tmp_path / "out", "mp_data")
    with pytest.raises(CheremeError, match="give the same"):
        bring_in(kaggle, tmp_path / "out", groups=("pose",))
    with pytest.raises(CheremeError, match="in the way"):
        bring_in(kaggle, kaggle)


def test_a_link_out_of_the_folder_is_refused(kaggle: Path, tmp_path: Path) -> None:
    inside = kaggle / "train_landmark_files" / "37" / "1003.parquet"
    shutil.move(inside, tmp_path / "elsewhere.parquet")
    inside.symlink_to(tmp_path / "elsewhere.parquet")
    (failure,) = bring_in(kaggle, tmp_path / "out").failed
    assert "leads out of" in failure.reason

    frames = tmp_path / "MP_Data" / "hello" / "0"
    frames.mkdir(parents=True)
    np.save(frames / "0.npy", np.ones(126))
    np.save(tmp_path / "secret.npy", np.ones(126))
    (frames / "1.npy").symlink_to(tmp_path / "secret.npy")
    with pytest.raises(CheremeError, match="leads out of"):
        bring_in(tmp_path / "MP_Data", tmp_path / "frames", "mp_data")


def test_pixels_are_told_from_fractions(tmp_path: Path) -> None:
    (tmp_path / "in" / "hello").mkdir(parents=True)
    np.save(tmp_path / "in" / "hello" / "a.npy", np.full((3, 126), 320.0))
    with pytest.raises(CheremeError, match="holds pixels: divide"):
        bring_in(tmp_path / "in", tmp_path / "out", "flat_npy")
    np.save(tmp_path / "in" / "hello" / "a.npy", np.where(np.arange(126) < 9, 1e5, 0.5)[None])
    with pytest.raises(CheremeError, match="values beyond 1000"):
        bring_in(tmp_path / "in", tmp_path / "out", "flat_npy")


def test_parts_that_only_later_clips_have_are_not_lost_in_silence(tmp_path: Path) -> None:
    (tmp_path / "in" / "hello").mkdir(parents=True)
    np.save(tmp_path / "in" / "hello" / "a.npy", np.full((3, 126), 0.5))
    np.save(tmp_path / "in" / "hello" / "b.npy", np.full((3, 258), 0.5))
    (failure,) = bring_in(tmp_path / "in", tmp_path / "out", "flat_npy").failed
    assert "it has pose, unlike the first clip" in failure.reason
    assert bring_in(tmp_path / "in", tmp_path / "both", "flat_npy", groups=("pose", "left_hand")).failed == ()
