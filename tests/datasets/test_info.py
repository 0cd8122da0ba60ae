"""`describe` counts what is there."""

from pathlib import Path

import numpy as np
import pytest

from chereme.datasets import Sample, SignDataset
from chereme.datasets.info import describe
from chereme.landmarks import HANDS, LandmarkSequence


def test_counts_equal_those_made_by_hand(tmp_path: Path) -> None:
    points = np.full((4, 42, 3), 0.5, dtype=np.float32)
    points[:1, HANDS.slices["left_hand"]] = np.nan
    clips = [
        (Sample("1", "hello", signer="s1", session="m"), LandmarkSequence(points, HANDS)),
        (Sample("2", "hello", signer="s2", session="m"), LandmarkSequence(points[:2], HANDS)),
        (Sample("3", "no"), LandmarkSequence(points[:2], HANDS)),
    ]
    dataset = SignDataset.create(
        tmp_path / "toy", name="toy", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append(clips)

    facts = describe(dataset)

    assert facts["samples"] == 3
    assert facts["glosses"] == {"hello": 2, "no": 1}
    assert facts["signers"] == {"": 1, "s1": 1, "s2": 1}
    assert facts["sessions"] == {"": 1, "m": 2}
    assert facts["frames"] == {"total": 8, "shortest": 2, "median": 2, "longest": 4}
    assert facts["missing"] == {"left_hand": pytest.approx(3 / 8), "right_hand": 0.0}
