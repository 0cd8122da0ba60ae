"""A .zip from a stranger, unpacked whole or not at all, and into its own folder only."""

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from chereme.errors import CheremeError

MOST_FILES = 1_000_000

LARGEST = 500 * 10**9
"""Bytes in all."""

SWELLING = 200
"""Times the size of the archive: landmarks and lists shrink to a tenth, a bomb to a thousandth."""


def unpack(archive: Path, to: Path) -> None:
    """Unpack into the new folder `to`. Raises `CheremeError` before the first byte is written where a member leads out
    of it, is a link, or where the whole would be out of proportion."""
    temporary = to.with_name(f".{to.name}.unpacking")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as members:
            _refuse_what_is_unsafe(members, archive)
            for member in members.infolist():
                target = temporary / member.filename
                if member.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                # Not more than the stated size is ever read, and a checksum that does not fit is an error.
                with members.open(member) as source, target.open("xb") as file:
                    shutil.copyfileobj(source, file)
        temporary.mkdir(parents=True, exist_ok=True)
        temporary.replace(to)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OSError) as error:
        raise CheremeError(
            f"{archive} cannot be unpacked ({error}): if there is room on the disk it is damaged, fetch it again"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _refuse_what_is_unsafe(members: zipfile.ZipFile, archive: Path) -> None:
    infos = members.infolist()
    for member in infos:
        name = PurePosixPath(member.filename)
        if (
            not name.parts
            or name.is_absolute()
            or ".." in name.parts
            or "\\" in member.filename
            or ":" in name.parts[0]
        ):
            raise CheremeError(f"{archive} is refused: {member.filename!r} leads out of its folder")
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise CheremeError(f"{archive} is refused: {member.filename!r} is a link or a device")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise CheremeError(f"{archive} is refused: {member.filename!r} is packed in an unusual way")
    whole = sum(member.file_size for member in infos)
    if len(infos) > MOST_FILES or whole > min(LARGEST, SWELLING * archive.stat().st_size):
        raise CheremeError(
            f"{archive} is refused: it would become {len(infos):,} files of {whole / 1e6:,.0f} MB in all"
        )
