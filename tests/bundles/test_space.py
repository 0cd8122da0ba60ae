"""Directions in a space tell signs apart, and a damaged space or enrolment is refused."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chereme.bundles.arrays import pack_arrays
from chereme.bundles.read import read_enrolled
from chereme.bundles.space import Space, fit_space, read_space
from chereme.errors import CheremeError

FILE = Path("b.chereme")


def embeddings(glosses: int = 5, clips: int = 20, width: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Signs that differ in the first half of the width, and people who differ much more in the second."""
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(glosses), clips)
    signs = np.hstack([random.normal(0, 1, (glosses, width // 2)), np.zeros((glosses, width // 2))])
    people = random.normal(0, 1, (glosses * clips, width)) * np.repeat([0.05, 3.0], width // 2)
    return (signs[labels] + people).astype(np.float32), labels


def test_what_varies_within_signs_is_made_small() -> None:
    points, labels = embeddings()
    space = fit_space(points, labels, 5, None)
    directions = space.directions(points)
    nearest = (directions @ space.glosses.T).argmax(axis=1)
    assert (nearest == labels).mean() > 0.95
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1.0, rtol=1e-6)


def test_idle_has_a_direction_and_does_not_shape_the_space() -> None:
    points, labels = embeddings()
    moved = np.where(labels[:, None] == 4, points * 7 + 3, points).astype(np.float32)
    one, two = fit_space(points, labels, 5, 4), fit_space(moved, labels, 5, 4)
    np.testing.assert_array_equal(one.matrix, two.matrix)
    assert not np.allclose(one.glosses[4], two.glosses[4])


def test_a_gloss_without_clips_has_no_direction() -> None:
    points, labels = embeddings()
    space = fit_space(points, labels, 6, None)
    assert not space.glosses[5].any()
    assert space.glosses.shape == (6, 8)


@given(scale=st.floats(0.01, 100))
def test_directions_do_not_depend_on_the_scale_of_embeddings(scale: float) -> None:
    points, labels = embeddings()
    one, two = fit_space(points, labels, 5, None), fit_space((points * scale).astype(np.float32), labels, 5, None)
    near = one.directions(points) @ one.glosses.T
    far = two.directions((points * scale).astype(np.float32)) @ two.glosses.T
    np.testing.assert_allclose(near, far, atol=1e-3)


def test_a_round_trip_loses_nothing() -> None:
    space = fit_space(*embeddings(), 5, None)
    read = read_space(space.pack(), 5, 1 << 20, FILE)
    for name in ("mean", "matrix", "glosses"):
        np.testing.assert_array_equal(getattr(read, name), getattr(space, name))


@pytest.mark.parametrize("fault", ["glosses", "nan", "type", "names", "size", "bytes"])
def test_a_damaged_space_is_refused(fault: str) -> None:
    space = fit_space(*embeddings(), 5, None)
    matrix = np.where(np.eye(8) > 0, np.nan, space.matrix) if fault == "nan" else space.matrix
    packed = Space(space.mean, matrix.astype(np.float64 if fault == "type" else np.float32), space.glosses).pack()
    packed = pack_arrays({"matrix": space.matrix}) if fault == "names" else packed[:40] if fault == "bytes" else packed
    with pytest.raises(CheremeError, match=r"space\.npz") as caught:
        read_space(packed, 4 if fault == "glosses" else 5, 10 if fault == "size" else 1 << 20, FILE)
    assert caught.value.code == "bad_bundle"


@pytest.mark.parametrize("starts", [[0, 2, 2, 5], [0, 6], [1, 5], [0, 4, 3, 5]])
def test_enrolled_signs_without_clips_or_out_of_order_are_refused(starts: list[int]) -> None:
    packed = pack_arrays({"embeddings": np.zeros((5, 3), np.float32), "starts": np.array(starts, dtype=np.int64)})
    with pytest.raises(CheremeError, match=r"enrolled\.npz"):
        read_enrolled(packed, FILE)
