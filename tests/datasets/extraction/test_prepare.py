"""Pictures are cut, enlarged and given a border, and points come back to where they belong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chereme.datasets.extraction.prepare import SMALLEST, Preparation
from chereme.errors import CheremeError
from chereme.landmarks import HANDS, LandmarkSequence
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.frames import Frame
from chereme.landmarks.image import read_image
from tests.datasets.extraction.conftest import PERSON


def test_a_box_is_cut_out() -> None:
    rgb = np.arange(10 * 20, dtype=np.uint8).reshape(10, 20, 1).repeat(3, axis=2)
    cut = Preparation((0.5, 0.25, 1.0, 0.75)).cut(Frame(rgb, 40.0))
    np.testing.assert_array_equal(cut.rgb, rgb[5:, 5:15])
    assert (cut.milliseconds, cut.aspect) == (40.0, 2.0)
    with pytest.raises(CheremeError, match="not one pixel"):
        Preparation((0.0, 0.0, 0.001, 1.0)).cut(Frame(rgb))


def test_tiny_pictures_are_enlarged_and_others_are_left_alone() -> None:
    prepare = Preparation()
    assert prepare.widen(Frame(np.zeros((100, 150, 3), dtype=np.uint8))).rgb.shape == (SMALLEST, SMALLEST * 3 // 2, 3)
    large = Frame(np.zeros((SMALLEST, 400, 3), dtype=np.uint8))
    assert prepare.widen(large).rgb is large.rgb


@given(
    border=st.floats(0.0, 1.0), x=st.floats(0.0, 1.0), y=st.floats(0.0, 1.0), aspect=st.sampled_from((0.5, 1.0, 1.5))
)
def test_the_border_is_undone(border: float, x: float, y: float, aspect: float) -> None:
    """A white pixel seen in the widened picture is told where it was."""
    height, width = 520, round(520 * aspect)
    rgb = np.zeros((height, width, 3), dtype=np.uint8)
    row, column = min(height - 2, max(1, round(y * height))), min(width - 2, max(1, round(x * width)))
    rgb[row, column] = 255
    prepare = Preparation(border=border)
    wide = prepare.widen(Frame(rgb))
    ((found_row, found_column),) = np.argwhere(wide.rgb[..., 0])
    points = np.full((1, len(HANDS), 3), 0.1, dtype=np.float32)
    points[..., 0], points[..., 1] = found_column / wide.rgb.shape[1], found_row / wide.rgb.shape[0]
    back = prepare.undo(LandmarkSequence(points, HANDS, aspect=wide.aspect))
    np.testing.assert_allclose(back.points[0, 0], (column / width, row / height, 0.1 * (1 + 2 * border)), atol=0.004)


def test_a_border_moves_no_hand() -> None:
    frame = read_image(PERSON)
    prepare = Preparation(border=0.1)
    with Extractor(HANDS) as extractor:
        plain = extractor.extract_still(frame)
        bordered = prepare.undo(extractor.extract_still(prepare.widen(frame)))
    assert np.nanmedian(np.abs(plain.points - bordered.points)[..., :2]) < 0.01
