"""Samples of public corpora as published, where they are at hand (`CHEREME_DATA`, or `../shared/data`)."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chereme.datasets import SignDataset
from chereme.datasets.exporting import export_dataset
from chereme.datasets.importing import describe_list, find_clips, import_clips, import_list, recognise
from chereme.datasets.manifest import from_class_folders, read_manifest
from chereme.landmarks.formats import FORMATS

DATA = Path(os.environ.get("CHEREME_DATA", Path(__file__).parents[4] / "shared" / "data"))

pytestmark = pytest.mark.skipif(not (DATA / "raw").is_dir(), reason="needs the public samples")

ABOUT: dict[str, Any] = {"name": "raw", "sign_language": "ase", "license": "as stated", "source": "this test"}


def bring_in(source: Path, out: Path, name: str, **options: Any) -> SignDataset:
    assert recognise(source) == name
    result = import_clips(find_clips(source, name), out, format=name, root=source, **ABOUT, **options)
    assert result.failed == ()
    return result.dataset


@pytest.mark.parametrize(
    ("folder", "clips", "glosses", "signers"), [("gislr", 12, 2, 12), ("mp_data", 8, 2, 0), ("pose", 3, 3, 0)]
)
def test_landmarks_are_as_many_as_their_readme_says_and_come_back_from_every_format(
    tmp_path: Path, folder: str, clips: int, glosses: int, signers: int
) -> None:
    dataset = bring_in(DATA / "raw" / folder, tmp_path / "in", folder)
    assert len(dataset) == clips
    assert len(dataset.glosses) == glosses
    assert len({sample.signer for sample in dataset.samples} - {None}) == signers
    for name in FORMATS:
        export_dataset(dataset, tmp_path / name, name, fps=25.0, aspect=4 / 3)
        again = bring_in(tmp_path / name, tmp_path / f"{name}-again", name, groups=dataset.layout.groups)
        axes = 2 if name == "flat_npy" else 3
        for ours, theirs in zip(dataset, again, strict=True):
            np.testing.assert_array_equal(ours.points[..., :axes], theirs.points[..., :axes], err_msg=name)


@pytest.mark.parametrize(("folder", "same"), [("gislr", "asl-gislr2"), ("mp_data", "asl-words")])
def test_points_are_those_that_others_took_from_the_same_files(tmp_path: Path, folder: str, same: str) -> None:
    others = SignDataset.open(DATA / same)
    place = {sample.source: number for number, sample in enumerate(others.samples)}
    dataset = bring_in(DATA / "raw" / folder, tmp_path / "in", folder)
    for sample, clip in zip(dataset.samples, dataset, strict=True):
        theirs = place[sample.source]
        assert others.samples[theirs].gloss == sample.gloss
        np.testing.assert_array_equal(clip.points, others[theirs].points)


def test_lists_count_as_their_readme_says(tmp_path: Path) -> None:
    msasl = describe_list(import_list(DATA / "raw" / "msasl", tmp_path / "msasl.csv", "msasl"))
    assert (msasl["splits"], msasl["glosses"]) == ({"val": 5287, "test": 4172}, 1000)
    assert msasl["signers"] == {"val": 37, "test": 20}
    wlasl = describe_list(import_list(DATA / "raw" / "wlasl", tmp_path / "wlasl.csv", "wlasl"))
    assert (wlasl["splits"], wlasl["glosses"]) == ({"train": 1442, "val": 338, "test": 258}, 100)
    assert len(read_manifest(tmp_path / "msasl.csv")) == 9459
    assert len(read_manifest(tmp_path / "wlasl.csv")) == 2038


@pytest.mark.parametrize(
    ("folder", "pictures", "glosses", "signers"),
    [("asl-webcam-letters", 780, 26, 1), ("digits", 936, 10, 100), ("asl-massey", 431, 36, 3)],
)
def test_pictures_are_found_with_their_signers(folder: str, pictures: int, glosses: int, signers: int) -> None:
    source = DATA / "images" / folder
    assert recognise(source) == "media"
    found = find_clips(source, "media")
    assert len(found) == pictures == len(from_class_folders(source))
    assert len({one.gloss for one in found}) == glosses
    assert len({one.signer for one in found}) == signers
