"""Write a file whole or not at all."""

import errno
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from chereme.errors import CheremeError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""No room on the disk, in one's share of it, or in a file."""


def write_whole(file: Path, content: bytes) -> None:
    """Write so that a reader, a kill or a power cut sees the old file or the new one and nothing between.

    What is no plain file, such as a link, a pipe or /dev/stdout, is written into, never replaced: it alone may be cut
    short. Raises CheremeError when there is no room, or the folder cannot be written to.
    """
    temporary = writing(file)
    try:
        if file.is_symlink() or (file.exists() and not file.is_file()):
            file.write_bytes(content)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        full = error.errno in FULL
        remedy = "make room, then give the same command again" if full else "choose another place for it"
        raise CheremeError(f"{file} cannot be written ({error.strerror}): {remedy}") from error


def writing(file: Path) -> Path:
    """What the file is called until it is whole."""
    return file.with_name(f".{file.name}.writing")


def write_json(file: Path, content: Any) -> None:
    """As people read it, the letters of all languages as they are."""
    write_whole(file, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
