"""Decoded video pictures to RGB, byte for byte as browsers do it.

The pose model answers one grey level of difference with whole pixels of difference in its joints, and swscale, FFmpeg's
converter, is about one grey level too dark. So the arithmetic here is that of libyuv, which Chromium converts with:
fixed point with six bits, and colour repeated over its two by two pixels instead of smoothed. Which matrix a film wants
is decided as Chromium decides it, too; `tests/browser` holds both sides together.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray


class Matrix(NamedTuple):
    """64ths of a grey level for one step of u or v, and for y in 64ths of 65536 / 257 and from where y counts."""

    luma: int
    black: int
    u_blue: int
    u_green: int
    v_green: int
    v_red: int


BT601 = Matrix(18997, -1160, 128, 25, 52, 102)
BT601_FULL = Matrix(16320, 32, 113, 22, 46, 90)
BT709 = Matrix(18997, -1160, 128, 14, 34, 115)
BT709_FULL = Matrix(16320, 32, 119, 12, 30, 101)

HD_HEIGHT = 720
"""Films of this height and more that do not say their colours are taken for BT.709, smaller ones for BT.601."""

UNSPECIFIED = 2

ROOM = 32
"""Grey levels that sums are lowered by, so that the brightest fit into 16 bits: wider numbers take twice as long."""


def matrix_of(codec: str, colorspace: int, full: bool, jpeg: bool, height: int) -> Matrix | None:
    """The matrix for a film's colours; None for colours that are left to swscale.

    colorspace: as FFmpeg numbers them. full: luma goes from 0 to 255. jpeg: the decoder gives yuvj420p.
    """
    if colorspace == Colorspace.ITU709:
        return BT709_FULL if full else BT709
    if colorspace in (Colorspace.ITU601, Colorspace.FCC, 6):  # 6: BT.601 as NTSC countries write it
        return BT601_FULL if full else BT601
    if colorspace != UNSPECIFIED:
        return None
    if jpeg:
        return BT601_FULL
    return BT709 if height >= HD_HEIGHT and codec != "vp9" else BT601


class YuvToRgb:
    """The converter of one film. VP8 says nothing of colours itself, but its decoder claims BT.601: there the
    container is believed, which is why this must be made before the first picture is decoded."""

    def __init__(self, codec: str, colorspace: int, color_range: int) -> None:
        self._codec = codec
        self._container = (int(colorspace), int(color_range))

    def __call__(self, picture: VideoFrame) -> NDArray[np.uint8] | None:
        """uint8 [height, width, 3] in the picture's own size; None for formats other than 8 bit 4:2:0, which cameras
        and browsers do not record."""
        if picture.format.name not in ("yuv420p", "yuvj420p"):
            return None
        jpeg = picture.format.name == "yuvj420p"
        colorspace, color_range = (
            self._container if self._codec == "vp8" else (int(picture.colorspace), int(picture.color_range))
        )
        full = jpeg or color_range == ColorRange.JPEG
        matrix = matrix_of(self._codec, colorspace, full, jpeg, picture.height)
        return None if matrix is None else _convert(picture, matrix)


def _convert(picture: VideoFrame, matrix: Matrix) -> NDArray[np.uint8]:
    width, height = picture.width, picture.height
    y, u, v = (_samples(plane) for plane in picture.planes)
    bright, u_blue, u_green, v_green, v_red = _tables(matrix)
    luma = bright[y]
    rgb = np.empty((height, width, 3), dtype=np.uint8)
    for channel, colour in enumerate((v_red[v], u_green[u] + v_green[v], u_blue[u])):
        sums = np.repeat(np.repeat(colour, 2, axis=1)[:, :width], 2, axis=0)[:height]
        sums += luma
        sums >>= 6
        np.clip(sums, -ROOM, 255 - ROOM, out=sums)
        sums += ROOM
        rgb[..., channel] = sums
    return rgb


def _samples(plane: VideoPlane) -> NDArray[np.uint8]:
    """[height, width] without the gaps that decoders leave between rows."""
    buffer: Any = plane  # a buffer, which its type does not say
    rows: NDArray[np.uint8] = np.frombuffer(buffer, dtype=np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


@cache
def _tables(matrix: Matrix) -> tuple[NDArray[np.int16], ...]:
    """For each of the 256 values: luma, and what u and v add to blue, green, green and red."""
    value = np.arange(256, dtype=np.int64)
    tables = (
        (value * 257 * matrix.luma >> 16) + matrix.black - ROOM * 64,
        (value - 128) * matrix.u_blue,
        (128 - value) * matrix.u_green,
        (128 - value) * matrix.v_green,
        (value - 128) * matrix.v_red,
    )
    return tuple(table.astype(np.int16) for table in tables)
