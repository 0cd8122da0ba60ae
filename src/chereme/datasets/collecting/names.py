"""What people call signs and signers, and what a file may be called on any system."""

import re
import unicodedata
from pathlib import Path

from chereme.datasets.text_file import read_text
from chereme.errors import CheremeError

LONGEST = 100
"""Bytes of a name in a path: three of them make a file name, and systems allow 255."""

_UNSAFE = re.compile(r'[%/\\:*?"<>|\x00-\x1f\x7f]|^[. ]|[. ]$')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """The name as a file or folder may be called on Linux, macOS and Windows.

    What is not allowed becomes %XX, as in an address, so `urllib.parse.unquote` gives the name back; letters of every
    script stay as they are. Raises `CheremeError` where the name is empty, too long, or not text.
    """
    if not name.strip():
        raise CheremeError("a name is empty: glosses, signers and sessions need one")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise CheremeError(f"{name!r} is not a name: it holds what is no letter or sign of writing")
    safe = _UNSAFE.sub(_encoded, name)
    if _RESERVED.match(safe):
        safe = _encoded(safe[0]) + safe[1:]
    if len(safe.encode()) > LONGEST:
        raise CheremeError(f"the name {name[:20]}… is too long: use at most {LONGEST} bytes")
    return safe


def read_glosses(source: str | Path) -> tuple[str, ...]:
    """Glosses with commas between, or a text file with one a line; in order, each once.

    Raises `CheremeError` where there is none, or one cannot name a folder.
    """
    parts = read_text(source, "a list of glosses").splitlines() if isinstance(source, Path) else source.split(",")
    glosses = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if not glosses:
        raise CheremeError("there is no gloss to record: name at least one sign")
    for gloss in glosses:
        safe_name(gloss)
    return glosses


def _encoded(part: re.Match[str] | str) -> str:
    letters = part if isinstance(part, str) else part[0]
    return "".join(f"%{byte:02X}" for byte in letters.encode())
