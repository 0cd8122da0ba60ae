"""A dataset goes out in any format, and what is read back is the same."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chereme.datasets import Sample, SignDataset
from chereme.datasets.exporting import export_dataset
from chereme.datasets.importing import find_clips, import_clips, recognise
from chereme.datasets.manifest import read_manifest
from chereme.errors import CheremeError
from chereme.landmarks import BODY, HANDS, LandmarkSequence
from chereme.landmarks.formats import FORMATS


@pytest.fixture
def dataset(tmp_path: Path) -> SignDataset:
    """Glosses and names that no file system likes."""
    random = np.random.default_rng(0)
    facts = [
        ("../up", "ann", "monday", "train"),
        ("a/b", None, None, None),
        ("a_b", "Bo b", None, "val"),
        ("-", "ann", None, None),
    ]
    clips = []
    for number, (gloss, signer, session, split) in enumerate(facts):
        points = random.random((3 + number, 75, 3), np.float32).astype(np.float16).astype(np.float32)
        points[:2, BODY.slices["left_hand"]] = np.nan
        clips.append(
            (Sample(f"{number}/{gloss}", gloss, signer, session, split), LandmarkSequence(points, BODY, 25.0, 4 / 3))
        )
    return SignDataset.create(
        tmp_path / "toy", name="toy", sign_language="ase", groups=BODY.groups, license="CC0-1.0", source="this test"
    ).append(clips)


def back(folder: Path, out: Path, name: str) -> SignDataset:
    about: dict[str, Any] = {"name": "toy", "sign_language": "ase", "license": "CC0-1.0", "source": "this test"}
    return import_clips(
        find_clips(folder, name), out, format=name, root=folder, groups=BODY.groups, fps=25.0, aspect=4 / 3, **about
    ).dataset


@pytest.mark.parametrize("name", FORMATS)
def test_out_and_in_again_is_the_same_dataset_within_float16(dataset: SignDataset, tmp_path: Path, name: str) -> None:
    exported = export_dataset(dataset, tmp_path / "out", name)
    again = back(tmp_path / "out", tmp_path / "again", name)
    assert exported.clips == len(again) == 4
    assert recognise(tmp_path / "out") == name
    kept = {"session", "split"} if name == "gislr" else set()
    for ours, theirs in zip(dataset.samples, again.samples, strict=True):
        same: dict[str, Any] = dict.fromkeys(kept)
        same |= {"source": theirs.source, "fps": theirs.fps, "aspect": theirs.aspect}
        assert replace(ours, **same) == theirs
        assert theirs.fps == pytest.approx(25.0)
        assert theirs.aspect == pytest.approx(4 / 3, rel=1e-3)
    axes = 2 if name == "flat_npy" else 3
    for mine, read in zip(dataset, again, strict=True):
        np.testing.assert_allclose(read.points[..., :axes], mine.points[..., :axes], atol=2.0**-11)


def test_files_stay_in_the_folder_whatever_a_gloss_is_called(dataset: SignDataset, tmp_path: Path) -> None:
    export_dataset(dataset, tmp_path / "out", "landmark_json")
    files = [one.path.relative_to(tmp_path / "out").as_posix() for one in read_manifest(tmp_path / "out/manifest.csv")]
    assert files == ["___up/0.json", "a_b/0.json", "a_b/1.json", "-/0.json"]


def test_labels_are_numbered_in_the_order_of_the_alphabet(dataset: SignDataset, tmp_path: Path) -> None:
    export_dataset(dataset, tmp_path / "out", "torch")
    assert json.loads((tmp_path / "out/labels.json").read_text()) == {"-": 0, "../up": 1, "a/b": 2, "a_b": 3}


def test_parts_that_become_zeros_are_counted(dataset: SignDataset, tmp_path: Path) -> None:
    assert export_dataset(dataset, tmp_path / "rows", "flat_npy").filled == 4 * 2
    row = np.load(tmp_path / "rows/a_b/0.npy")
    assert row.shape == (4, 1086)
    assert not np.isnan(row).any()
    assert export_dataset(dataset, tmp_path / "json", "landmark_json").filled is None


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    clip = LandmarkSequence(np.full((2, 42, 3), 0.5, np.float32), HANDS)
    about: dict[str, Any] = {"name": "toy", "sign_language": "ase", "license": "CC0-1.0", "source": "this test"}
    dataset = SignDataset.create(tmp_path / "toy", groups=HANDS.groups, **about).append([(Sample("one", "x"), clip)])
    with pytest.raises(CheremeError, match=r"clip one: a \.pose file states fps"):
        export_dataset(dataset, tmp_path / "out", "pose")
    assert export_dataset(dataset, tmp_path / "out", "pose", fps=25, aspect=1.5).clips == 1
    with pytest.raises(CheremeError, match="in the way"):
        export_dataset(dataset, tmp_path / "out", "pose", fps=25, aspect=1.5)
    with pytest.raises(CheremeError, match="nothing is exported as mp4"):
        export_dataset(dataset, tmp_path / "other", "mp4")
    empty = dataset.append([(Sample("two", "x"), LandmarkSequence(clip.points[:0], HANDS))])
    with pytest.raises(CheremeError, match="clip two has no frames"):
        export_dataset(empty, tmp_path / "other", "gislr")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "toy"]
