"""Sessions that send pictures instead of landmarks."""

import asyncio
import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chereme.errors import CheremeError
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.frames import Frame
from chereme.landmarks.layout import BODY
from chereme.server.pictures import decode
from tests.server.conftest import Running, Serve, client

PHOTO = Path(__file__).parents[1] / "data" / "pictures" / "generated-person.jpg"
IMAGE = {"input": "image", "aspect": None}


def picture(ms: float, encoded: bytes) -> bytes:
    return struct.pack("<d", ms) + encoded


def encoded(form: str, size: tuple[int, int] = (64, 48)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(file, form)
    return file.getvalue()


def test_a_photo_is_recognised_as_its_landmarks_are(serve: Serve) -> None:
    with Image.open(PHOTO) as photo:
        rgb = np.asarray(photo.convert("RGB"))
    with Extractor(BODY) as extractor:
        points = [extractor.detect(Frame(rgb, index * 40.0)).astype("<f4").tobytes() for index in range(30)]

    async def first_guess(running: Running, payloads: list[bytes], **begin: object) -> tuple[str, float]:
        """What is seen first, and how surely; frames are sent until then."""
        async with client(running, begin=dict(begin)) as made:
            hearing = asyncio.create_task(made.hear("partial", within=30))
            for index in range(1000):
                await made.tell(picture(index * 40, payloads[min(index, 29)]))
                await asyncio.sleep(0.05)
                if hearing.done():
                    break
            top = (await hearing)["top"][0]
            return top["gloss"], top["confidence"]

    with serve() as running:
        aspect = rgb.shape[1] / rgb.shape[0]
        by_picture = asyncio.run(first_guess(running, [PHOTO.read_bytes()] * 30, **IMAGE))
        by_landmarks = asyncio.run(first_guess(running, points, aspect=aspect))
    assert by_picture[0] == by_landmarks[0]
    assert by_picture[1] == pytest.approx(by_landmarks[1], abs=0.1)


def test_the_newest_picture_wins_and_the_rest_is_counted(serve: Serve) -> None:
    async def talk(running: Running) -> None:
        async with client(running, begin=IMAGE) as made:
            for index in range(40):
                await made.tell(picture(index * 40, PHOTO.read_bytes()))
            while (await made.hear("stats", within=20))["dropped"] < 30:
                pass
            assert made.of("stats")[-1]["received"] == 40
            assert made.codes == []
            await made.tell({"type": "stop"})
            assert await made.ended() == 1000

    with serve() as running:
        asyncio.run(talk(running))


@pytest.mark.parametrize(
    "bad",
    [
        b"no picture",
        encoded("PNG"),  # a picture, but not of the two kinds
        PHOTO.read_bytes()[:9000],  # cut off
        encoded("JPEG", (4000, 3000)),  # too many pixels
    ],
)
def test_a_bad_picture_is_a_bad_frame_and_the_session_goes_on(serve: Serve, bad: bytes) -> None:
    async def talk(running: Running) -> None:
        async with client(running, begin=IMAGE) as made:
            await made.tell(picture(0, bad))
            assert (await made.hear("error"))["code"] == "bad_frame"
            await made.tell(picture(10, b""))
            assert (await made.hear("error"))["code"] == "bad_frame"
            await made.tell(picture(20, encoded("WEBP")))
            await made.tell(picture(10, encoded("WEBP")))  # time runs backwards
            assert (await made.hear("error"))["code"] == "bad_frame"
            await made.tell({"type": "stop"})
            assert await made.ended() == 1000
            assert len(made.codes) == 3

    with serve() as running:
        asyncio.run(talk(running))


def test_pictures_are_measured_before_they_are_decoded() -> None:
    assert decode(encoded("JPEG", (100, 50)), 5000).shape == (50, 100, 3)
    with pytest.raises(CheremeError, match=r"100 × 51 is too large: send at most 5000 pixels"):
        decode(encoded("WEBP", (100, 51)), 5000)
