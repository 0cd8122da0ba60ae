"""`describe` counts what is there."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chereme.datasets import Sample, SignDataset
from chereme.datasets.info import describe
from chereme.datasets.presence import seen_frames
from chereme.datasets.split_file import write_split
from chereme.datasets.splits import official
from chereme.errors import CheremeError
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
    assert facts["clips_per_gloss"] == {"min": 1, "mean": 1.5, "max": 2}
    assert facts["fps"] == {"": 3}
    assert facts["clips_without_hands"] == 0
    assert facts["splits"] == {}
    assert facts["quality"] == {}


def test_a_part_says_which_glosses_it_lacks(tmp_path: Path) -> None:
    frame = LandmarkSequence(np.full((1, 42, 3), np.nan, dtype=np.float32), HANDS, 15.0, 4 / 3)
    clips = [("1", "a", "train"), ("2", "b", "train"), ("3", "a", "test"), ("4", "c", None)]
    dataset = SignDataset.create(
        tmp_path / "toy", name="toy", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append([(Sample(name, gloss, split=split), frame) for name, gloss, split in clips])
    write_split(dataset, "mine", official(dataset, {"train": ["1", "4"], "test": ["2"]}))

    facts = describe(dataset)

    assert facts["splits"]["split"] == {
        "test": {"clips": 1, "missing_glosses": ["b", "c"]},
        "train": {"clips": 2, "missing_glosses": ["c"]},
    }
    assert facts["splits"]["mine"]["test"] == {"clips": 1, "missing_glosses": ["a", "c"]}
    assert facts["clips_without_hands"] == 4
    assert facts["fps"] == {"15": 4}
    assert facts["aspect"] == {"1.333": 4}


def test_figures_of_quality_are_summed_up(tmp_path: Path) -> None:
    dataset = SignDataset.create(
        tmp_path / "toy", name="toy", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    )
    table = pa.table({"id": ["a", "b"], "jitter": [0.1, 0.3], "nothing": [float("nan"), float("nan")]})
    pq.write_table(table, dataset.path / "quality.parquet")
    assert describe(dataset)["quality"] == {"jitter": {"min": 0.1, "mean": pytest.approx(0.2), "max": 0.3}}
    (dataset.path / "quality.parquet").write_bytes(b"no")
    with pytest.raises(CheremeError, match="cannot be read as a table"):
        describe(dataset)


@given(present=st.lists(st.lists(st.booleans(), max_size=5), min_size=1, max_size=6), data=st.data())
def test_missing_hands_are_counted_in_any_view(
    tmp_path_factory: pytest.TempPathFactory, present: list[list[bool]], data: st.DataObject
) -> None:
    clips = []
    for number, frames in enumerate(present):
        points = np.full((len(frames), 42, 3), np.nan, dtype=np.float32)
        points[np.array(frames, dtype=bool), 25] = 0.5  # not the first point of its group
        clips.append((Sample(str(number), "a"), LandmarkSequence(points, HANDS)))
    dataset = SignDataset.create(
        tmp_path_factory.mktemp("view") / "toy",
        name="toy",
        sign_language="ase",
        groups=HANDS.groups,
        license="CC0-1.0",
        source="this test",
    ).append(clips)
    chosen = data.draw(st.lists(st.integers(0, len(present) - 1), max_size=6))
    seen = seen_frames(dataset.select(chosen))
    assert seen["right_hand"].tolist() == [sum(present[index]) for index in chosen]
    assert not seen["left_hand"].any()
