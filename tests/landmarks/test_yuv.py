"""Colours: those of the standards, rounded as browsers round. tests/browser compares with a real browser."""

from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from chereme.landmarks.video import Video
from chereme.landmarks.yuv import BT601, BT601_FULL, BT709, BT709_FULL, Matrix, YuvToRgb, matrix_of
from tests.landmarks.conftest import FILM, SPELLING

BT709_SAID, BT470BG_SAID, NTSC_SAID, SILENT = 1, 5, 6, 2


def picture(y: NDArray[np.uint8], u: NDArray[np.uint8], v: NDArray[np.uint8], kind: str = "yuv420p") -> VideoFrame:
    made = VideoFrame(y.shape[1], y.shape[0], kind)
    for plane, samples in zip(made.planes, (y, u, v), strict=True):
        rows = np.zeros((plane.height, plane.line_size), dtype=np.uint8)
        rows[:, : plane.width] = samples
        plane.update(rows.tobytes())
    return made


def by_the_book(y: float, u: float, v: float, red: float, blue: float, full: bool) -> list[float]:
    """RGB of one pixel with the weights that a standard gives to red and blue."""
    bright = y if full else (y - 16) * 255 / 219
    u, v = ((each - 128) * (1 if full else 255 / 224) for each in (u, v))
    r, b = bright + 2 * (1 - red) * v, bright + 2 * (1 - blue) * u
    return [min(255.0, max(0.0, each)) for each in (r, (bright - red * r - blue * b) / (1 - red - blue), b)]


@pytest.mark.parametrize(
    ("kind", "said", "red", "blue", "full"),
    [
        ("yuv420p", SILENT, 0.299, 0.114, False),
        ("yuv420p", BT709_SAID, 0.2126, 0.0722, False),
        ("yuvj420p", SILENT, 0.299, 0.114, True),
        ("yuvj420p", BT709_SAID, 0.2126, 0.0722, True),
    ],
)
def test_colours_are_those_of_the_standard(kind: str, said: int, red: float, blue: float, full: bool) -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 256, (64, 64), dtype=np.uint8)
    u, v = rng.integers(96, 160, (2, 32, 32), dtype=np.uint8)
    made = picture(y, u, v, kind)
    made.colorspace = said
    rgb = YuvToRgb("h264", SILENT, 0)(made)
    assert rgb is not None
    for row, column in ((i, 63 - i) for i in range(64)):
        half = row // 2, column // 2
        truth = by_the_book(int(y[row, column]), int(u[half]), int(v[half]), red, blue, full)
        # The arithmetic knows no factor above 2, where BT.709 wants 2.11 for blue.
        assert np.abs(rgb[row, column] - truth).max() <= 4
    assert np.abs(rgb.mean(axis=(0, 1)) - 127).max() < 30


@pytest.mark.parametrize("kind", ["yuv420p", "yuvj420p"])
def test_grey_goes_from_black_to_white(kind: str) -> None:
    grey = np.full((1, 128), 128, dtype=np.uint8)
    rgb = YuvToRgb("h264", SILENT, 0)(picture(np.arange(256, dtype=np.uint8)[None].repeat(2, 0), grey, grey, kind))
    assert rgb is not None
    assert (np.ptp(rgb, axis=2) == 0).all()
    assert (np.diff(rgb[0, :, 0].astype(int)) >= 0).all()
    black, white = (0, 255) if kind == "yuvj420p" else (16, 235)
    assert rgb[0, black].tolist() == [0, 0, 0]
    assert rgb[0, white].tolist() == [255, 255, 255]
    assert rgb[0, white - 1, 0] < 255


@pytest.mark.parametrize(
    ("codec", "said", "full", "jpeg", "height", "matrix"),
    [
        ("h264", SILENT, False, False, 480, BT601),
        ("h264", SILENT, False, False, 719, BT601),
        ("h264", SILENT, False, False, 720, BT709),
        ("h264", SILENT, True, True, 1080, BT601_FULL),
        ("vp8", SILENT, False, False, 720, BT709),
        ("vp9", SILENT, False, False, 1080, BT601),
        ("h264", BT709_SAID, False, False, 480, BT709),
        ("h264", BT709_SAID, True, True, 480, BT709_FULL),
        ("h264", BT470BG_SAID, False, False, 1080, BT601),
        ("h264", NTSC_SAID, True, True, 1080, BT601_FULL),
        ("hevc", 9, False, False, 2160, None),
    ],
)
def test_what_a_film_says_decides_the_matrix_and_else_its_kind_and_height(
    codec: str, said: int, full: bool, jpeg: bool, height: int, matrix: Matrix | None
) -> None:
    assert matrix_of(codec, said, full, jpeg, height) == matrix


def test_formats_that_are_not_known_are_left_to_swscale() -> None:
    to_rgb = YuvToRgb("h264", SILENT, 0)
    assert to_rgb(VideoFrame(8, 8, "yuv444p")) is None
    assert to_rgb(VideoFrame(8, 8, "yuv420p10le")) is None


def test_odd_sizes_keep_their_last_row_and_column() -> None:
    y = np.arange(35, dtype=np.uint8).reshape(5, 7) * 7
    grey = np.full((3, 4), 128, dtype=np.uint8)
    rgb = YuvToRgb("h264", SILENT, 0)(picture(y, grey, grey, "yuvj420p"))
    assert rgb is not None
    assert (rgb == y[..., None]).all()


@pytest.mark.parametrize("path", [FILM, SPELLING], ids=lambda path: path.stem)
def test_real_films_are_a_little_brighter_than_swscale_makes_them(path: Path) -> None:
    with Video(path) as video:
        ours = next(iter(video)).rgb.astype(int)
    with av.open(str(path)) as container:
        theirs = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    difference = ours - theirs
    assert np.abs(difference).max() <= 3
    assert (difference.mean(axis=(0, 1)) > 0.3).all()
