"""Lists, tables and texts that people write and name."""

from pathlib import Path

from chereme.errors import CheremeError


def read_text(file: Path, what: str) -> str:
    """A file in UTF-8, with or without a byte order mark; raises `CheremeError` where it cannot be read as `what`."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CheremeError(f"{file} cannot be read as {what}: it is not text in UTF-8") from error
    except OSError as error:
        raise CheremeError(f"{file} cannot be read as {what}: {error.strerror}") from error
