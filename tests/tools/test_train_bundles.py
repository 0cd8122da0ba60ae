"""What a shipped bundle is trained on: clips of several sets, and photographs of hands held still."""

from pathlib import Path

import numpy as np

from chereme.datasets import Sample, SignDataset
from chereme.datasets.dataset import IDLE
from chereme.landmarks import BODY, HANDS, LandmarkSequence
from tools.train_bundles import HELD, merge


def dataset_of(folder: Path, clips: dict[Sample, LandmarkSequence]) -> SignDataset:
    layout = next(iter(clips.values())).layout
    empty = SignDataset.create(
        folder, name=folder.name, sign_language="ase", groups=layout.groups, license="MIT", source=folder.name
    )
    return empty.append(clips.items())


def test_photographs_are_held_and_those_without_a_hand_left_out(tmp_path: Path) -> None:
    shown = np.random.default_rng(0).random((1, len(BODY), 3), dtype=np.float32)
    no_hand = shown.copy()
    for hand in HANDS.groups:
        no_hand[:, BODY.slices[hand]] = np.nan
    photographs = dataset_of(
        tmp_path / "photographs",
        {
            Sample("a", "1", "ann"): LandmarkSequence(shown, BODY, aspect=1.0),
            Sample("b", "2", "ann"): LandmarkSequence(no_hand, BODY, aspect=1.0),
        },
    )
    film = LandmarkSequence(np.random.default_rng(1).random((7, len(HANDS), 3), dtype=np.float32), HANDS)
    films = dataset_of(tmp_path / "films", {Sample("c", IDLE, "ben"): film, Sample("d", "hello", "ben"): film})

    merged = merge(
        tmp_path / "merged",
        "both",
        [photographs, films],
        HANDS,
        lambda sample: None if sample.gloss == "hello" else sample,
    )

    assert [sample.id for sample in merged.samples] == ["a", "c"]
    assert [len(clip) for clip in merged] == [HELD, 7]
    np.testing.assert_array_equal(merged[0].points, np.repeat(merged[0].points[:1], HELD, axis=0))
    assert merged[0].aspect == 1.0
