"""One process at a time in a folder: two that append at once would write over each other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chereme.errors import CheremeError


@contextmanager
def alone_in(folder: Path, verb: str = "collect") -> Iterator[None]:
    """Raise CheremeError where another process is in here; the system ends the claim of a process that dies."""
    try:
        import fcntl
    except ImportError:  # Windows has no claims on folders, and nothing is recorded there
        yield
        return
    claim = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CheremeError(f"another chereme {verb} is at work in {folder}: let it end first") from error
        yield
    finally:
        os.close(claim)
