"""Every format gives back what it was given, as far as it can hold it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from chereme.errors import CheremeError
from chereme.landmarks import BODY, HANDS, LandmarkSequence
from chereme.landmarks.formats import FORMATS
from tests.landmarks.formats.conftest import clips

HALF = 2.0**-11
"""What float16, in which datasets are kept, resolves below 1."""


def there_and_back(name: str, clip: LandmarkSequence, folder: Path) -> LandmarkSequence:
    path = folder / f"clip{FORMATS[name].SUFFIX}"
    FORMATS[name].write(path, clip)
    return FORMATS[name].read(path)


@pytest.mark.parametrize("name", ["gislr", "landmark_csv", "landmark_json", "mp_data", "torch"])
@settings(max_examples=25)
@given(clip=clips())
def test_values_come_back_bit_for_bit_and_missing_stays_missing(
    tmp_path_factory: pytest.TempPathFactory, name: str, clip: LandmarkSequence
) -> None:
    back = there_and_back(name, clip, tmp_path_factory.mktemp(name))
    np.testing.assert_array_equal(back.select(clip.layout).points, clip.points)
    assert all(not back.present(group).any() for group in back.layout.groups if group not in clip.layout)


@settings(max_examples=25)
@given(clip=clips())
def test_a_pose_file_moves_points_by_less_than_a_dataset_resolves(
    tmp_path_factory: pytest.TempPathFactory, clip: LandmarkSequence
) -> None:
    clip = replace(clip, fps=clip.fps or 25.0, aspect=clip.aspect or 4 / 3)
    back = there_and_back("pose", clip, tmp_path_factory.mktemp("pose"))
    assert back.layout == clip.layout
    np.testing.assert_allclose(back.points, clip.points, atol=HALF / 100)
    assert back.fps == pytest.approx(clip.fps)
    assert back.aspect == pytest.approx(clip.aspect, rel=1e-3)


@settings(max_examples=25)
@given(clip=clips())
def test_flat_rows_of_both_hands_hold_all_and_those_of_the_body_all_but_depth(
    tmp_path_factory: pytest.TempPathFactory, clip: LandmarkSequence
) -> None:
    back = there_and_back("flat_npy", clip, tmp_path_factory.mktemp("flat")).select(clip.layout)
    axes = 3 if clip.layout == HANDS else 2
    held = ~np.isnan(clip.points).all(axis=2)
    np.testing.assert_array_equal(back.points[held, :axes], clip.points[held, :axes])
    assert np.isnan(back.points[..., axes:]).all()


@settings(max_examples=25)
@given(clip=clips())
def test_json_keeps_rate_and_aspect_and_csv_the_rate(
    tmp_path_factory: pytest.TempPathFactory, clip: LandmarkSequence
) -> None:
    folder = tmp_path_factory.mktemp("facts")
    back = there_and_back("landmark_json", clip, folder)
    assert (back.fps, back.aspect, back.times) == (clip.fps, clip.aspect, None)
    rate = there_and_back("landmark_csv", clip, folder).fps
    assert rate == (pytest.approx(clip.fps) if clip.fps and len(clip) > 1 else None)


@pytest.mark.parametrize("name", ["landmark_csv", "landmark_json"])
def test_uneven_times_are_kept(tmp_path: Path, name: str) -> None:
    clip = LandmarkSequence(np.zeros((3, 42, 3), np.float32), HANDS, times=np.array([0.0, 40.0, 200.0]))
    back = there_and_back(name, clip, tmp_path)
    assert back.times is not None
    np.testing.assert_array_equal(back.times, [0.0, 40.0, 200.0])
    assert back.fps == pytest.approx(10.0)


@pytest.mark.parametrize("name", ["gislr", "flat_npy", "mp_data", "torch"])
def test_what_a_format_does_not_say_is_unknown(tmp_path: Path, name: str) -> None:
    clip = LandmarkSequence(np.full((2, 75, 3), 0.5, np.float32), BODY, 25.0, 4 / 3)
    back = there_and_back(name, clip, tmp_path)
    assert (back.fps, back.aspect) == (None, None)


def test_a_pose_file_needs_what_it_has_to_state(tmp_path: Path) -> None:
    clip = LandmarkSequence(np.full((2, 75, 3), 0.5, np.float32), BODY, 25.0)
    with pytest.raises(CheremeError, match="give --fps and --aspect"):
        FORMATS["pose"].write(tmp_path / "clip.pose", clip)
