"""Films and pictures that the landmark tests share."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from chereme.landmarks.frames import Frame
from chereme.landmarks.image import read_image
from chereme.landmarks.video import Video

ROOT = Path(__file__).parents[2]
FILM = ROOT / "tests/data/films/slp-pose-test.mp4"
PERSON = ROOT / "tests/data/pictures/generated-person.jpg"
SPELLING = ROOT / "web/public/films/spelling.mp4"

WriteVideo = Callable[..., Path]


@pytest.fixture(scope="session")
def film() -> list[Frame]:
    """The 58 frames of a real clip."""
    with Video(FILM) as video:
        return list(video)


@pytest.fixture(scope="session")
def person() -> Frame:
    return read_image(PERSON)


@pytest.fixture
def write_video(tmp_path: Path) -> WriteVideo:
    def write(
        pictures: Sequence[NDArray[np.uint8]],
        name: str = "clip.mp4",
        *,
        codec: str = "libx264",
        milliseconds: Sequence[int] | None = None,
        fps: int = 30,
        sample_aspect: Fraction | None = None,
        options: dict[str, str] | None = None,
    ) -> Path:
        """A video of these pictures at an even rate, or at these times."""
        path = tmp_path / name
        with av.open(str(path), "w", options=options or {}) as container:
            stream = container.add_stream(codec, rate=fps)
            assert isinstance(stream, av.VideoStream)
            stream.height, stream.width = pictures[0].shape[:2]
            stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
            if sample_aspect is not None:
                stream.codec_context.sample_aspect_ratio = sample_aspect
            if milliseconds is not None:
                stream.codec_context.time_base = Fraction(1, 1000)
            for index, picture in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                if milliseconds is not None:
                    frame.pts, frame.time_base = milliseconds[index], Fraction(1, 1000)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return write


def quartered(width: int = 96, height: int = 64) -> NDArray[np.uint8]:
    """Red top left, green top right, blue bottom left, white bottom right: shows every turn and flip."""
    picture = np.zeros((height, width, 3), dtype=np.uint8)
    picture[: height // 2, : width // 2] = (255, 0, 0)
    picture[: height // 2, width // 2 :] = (0, 255, 0)
    picture[height // 2 :, : width // 2] = (0, 0, 255)
    picture[height // 2 :, width // 2 :] = 255
    return picture


def corners(rgb: NDArray[np.uint8]) -> str:
    """The colours of the four quarters, row by row, as letters."""
    height, width = rgb.shape[:2]
    names = {(1, 0, 0): "r", (0, 1, 0): "g", (0, 0, 1): "b", (1, 1, 1): "w"}
    spots = [rgb[y, x] for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return "".join(names[(int(s[0] > 127), int(s[1] > 127), int(s[2] > 127))] for s in spots)
