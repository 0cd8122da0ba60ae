"""The figures of a clip say what they are said to say."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chereme.datasets.extraction.quality import Quality, measure, read_quality, seen_hands, write_quality
from chereme.errors import CheremeError
from chereme.landmarks import HANDS, LandmarkSequence, Layout


def hand_at(*places: tuple[float, float] | None, aspect: float = 1.0) -> LandmarkSequence:
    """A right hand at these places, one a frame: 21 points on a line of length 0.1, wrist first, knuckle half-way."""
    points = np.full((len(places), len(HANDS), 3), np.nan, dtype=np.float32)
    for index, place in enumerate(places):
        if place is not None:
            line = np.stack([np.zeros(21), np.linspace(0, 0.1, 21), np.zeros(21)], axis=1)
            points[index, HANDS.slices["right_hand"]] = line + np.array([*place, 0.0])
    return LandmarkSequence(points, HANDS, 30.0, aspect)


def test_shares_of_frames_with_hands() -> None:
    found = measure(hand_at((0.5, 0.5), None, (0.5, 0.5), (0.5, 0.5)), 0.25)
    assert (found.hands, found.left_hand, found.right_hand, found.brightness) == (0.75, 0.0, 0.75, 0.25)
    assert list(seen_hands(hand_at(None, (0.1, 0.1)))) == [False, True]


def test_points_beyond_the_edge_are_counted() -> None:
    assert measure(hand_at((0.5, 0.5)), None).out_of_frame == 0.0
    assert measure(hand_at((1.2, 0.5), (0.5, 0.5)), None).out_of_frame == 0.5
    assert measure(hand_at((-0.1, 0.5)), None).out_of_frame == 1.0


def test_where_there_is_nothing_to_measure_there_is_no_figure() -> None:
    empty = measure(hand_at(None, None), None)
    assert (empty.hands, empty.out_of_frame, empty.jitter) == (0.0, None, None)
    body = LandmarkSequence(np.zeros((3, 33, 3), dtype=np.float32), Layout(("pose",)))
    assert measure(body, None) == Quality(None, None, None, None, None, None)


@given(speed=st.floats(-0.05, 0.05), tremor=st.floats(0.0, 0.02))
def test_even_movement_is_no_jitter_and_trembling_is(speed: float, tremor: float) -> None:
    places = [(0.3 + speed * index + (tremor if index % 2 else 0.0), 0.4) for index in range(8)]
    jitter = measure(hand_at(*places), None).jitter
    palm = 9 * 0.1 / 20  # wrist to the knuckle of the middle finger, point 9
    assert jitter == pytest.approx(2 * tremor / palm, abs=1e-4)


def test_jitter_does_not_depend_on_size_or_aspect() -> None:
    still = hand_at(*[(0.3 + 0.01 * (index % 2), 0.4) for index in range(8)])
    wide = LandmarkSequence(still.points * np.array([0.5, 1, 1], dtype=np.float32), HANDS, 30.0, 2.0)
    small = LandmarkSequence(still.points * np.float32(0.5), HANDS, 30.0, 1.0)
    for other in (wide, small):
        assert measure(other, None).jitter == pytest.approx(measure(still, None).jitter, rel=1e-4)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    figures = {"a/1.mp4": Quality(1.0, 0.5, 0.5, None, None, 0.25), "b": measure(hand_at((0.5, 0.5)), 0.5)}
    assert read_quality(tmp_path) == {}
    write_quality(tmp_path, figures)
    assert read_quality(tmp_path) == figures
    (tmp_path / "quality.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(CheremeError, match="cannot be read as figures of quality"):
        read_quality(tmp_path)
