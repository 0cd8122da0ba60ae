"""Still pictures: JPEG, PNG and WebP, upright."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from chereme.errors import CheremeError
from chereme.landmarks.frames import Frame, require_file

FORMATS = ("JPEG", "PNG", "WEBP")


def is_image(path: Path) -> bool:
    """Whether the file begins like a still picture; a name may lie, and an upload may have none."""
    require_file(path)
    with path.open("rb") as file:
        start = file.read(12)
    return (
        start[:3] == b"\xff\xd8\xff"
        or start[:8] == b"\x89PNG\r\n\x1a\n"
        or (start[:4], start[8:]) == (b"RIFF", b"WEBP")
    )


def read_image(path: Path) -> Frame:
    """The picture, turned upright by its EXIF orientation; transparency lies on black.

    Raises CheremeError where the file is missing, not one of FORMATS, damaged or of unreasonable size.
    """
    require_file(path)
    try:
        with Image.open(path, formats=FORMATS) as picture:
            upright = ImageOps.exif_transpose(picture)
            if upright.has_transparency_data:
                upright = Image.alpha_composite(
                    Image.new("RGBA", upright.size, (0, 0, 0, 255)), upright.convert("RGBA")
                )
            return Frame(np.asarray(upright.convert("RGB")))
    except UnidentifiedImageError as error:
        raise CheremeError(f"{path} is not a JPEG, PNG or WebP picture: convert it", code="not_an_image") from error
    except Image.DecompressionBombError as error:
        raise CheremeError(f"{path} has too many pixels: make it smaller", code="image_too_large") from error
    except (OSError, SyntaxError, ValueError) as error:  # Pillow tells of damage in each of these ways
        raise CheremeError(f"{path} is damaged and cannot be decoded: save it again", code="corrupt_image") from error
