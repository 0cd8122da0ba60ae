"""A font of this system that has all letters of a text, found through fontconfig; Pillow's own where there is none."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_PLAIN = ("NotoSans-Regular", "NotoSansKhmer-Regular", "DejaVuSans.", "LiberationSans-Regular", "Sans-Regular", "Sans.")
"""Parts of file names of upright, sober fonts, the most wanted first."""


def font_for(text: str, size: int) -> tuple[Font, bool]:
    """A font for a text, and whether it has all of its letters."""
    file = _file_with("".join(sorted({each for each in text if not each.isspace()})))
    if file:
        return ImageFont.truetype(file, size), True
    return ImageFont.load_default(size), text.isascii()


@cache
def _file_with(letters: str) -> str | None:
    program = shutil.which("fc-list")
    if program is None or not letters:
        return None
    pattern = ":scalable=true:charset=" + " ".join(f"{ord(each):x}" for each in letters)
    done = subprocess.run([program, pattern, "file"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    files = sorted(line.strip().rstrip(":") for line in done.stdout.splitlines())
    files = [file for file in files if file.lower().endswith((".ttf", ".otf", ".ttc"))]
    return min(files, key=_rank, default=None)


def _rank(file: str) -> tuple[int, str]:
    name = Path(file).name
    return next((place for place, part in enumerate(_PLAIN) if part in name), len(_PLAIN)), name
