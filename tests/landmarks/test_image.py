from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chereme.errors import CheremeError
from chereme.landmarks.image import is_image, read_image
from tests.landmarks.conftest import FILM, PERSON, corners, quartered

UPRIGHT = {1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb"}
"""What a viewer shows of `quartered()` for each EXIF orientation."""


@pytest.mark.parametrize(("orientation", "seen"), UPRIGHT.items())
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, seen: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(quartered()).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    assert corners(read_image(tmp_path / "turned.jpg").rgb) == seen


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_known_by_its_content(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "upload"
    Image.fromarray(quartered()).save(path, format=kind)
    assert is_image(path)
    assert corners(read_image(path).rgb) == "rgbw"
    assert not is_image(FILM)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK"])
def test_every_kind_of_pixel_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("picture.jpg" if mode == "CMYK" else "picture.png")
    Image.new("RGB", (8, 6), "white").convert(mode).save(path)
    rgb = read_image(path).rgb
    assert rgb.shape == (6, 8, 3)
    assert rgb.dtype == np.uint8
    assert (rgb > 250).all()


def test_what_is_transparent_is_black(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 6), (255, 255, 255, 0)).save(tmp_path / "glass.png")
    assert not read_image(tmp_path / "glass.png").rgb.any()


def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    damaged, text = tmp_path / "damaged.jpg", tmp_path / "text.jpg"
    damaged.write_bytes(PERSON.read_bytes()[:9000])
    text.write_text("words", encoding="utf-8")
    for path, message in (
        (damaged, "is damaged and cannot be decoded: save it again"),
        (text, "is not a JPEG, PNG or WebP picture: convert it"),
        (tmp_path, "is a folder: name a video or an image file"),
        (tmp_path / "none.png", "does not exist: check the name"),
    ):
        with pytest.raises(CheremeError) as refused:
            read_image(path)
        assert str(refused.value) == f"{path} {message}"


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    Image.new("RGB", (100, 100)).save(tmp_path / "large.png")
    with pytest.raises(CheremeError, match="has too many pixels: make it smaller"):
        read_image(tmp_path / "large.png")
