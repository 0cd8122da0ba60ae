"""Open a bundle: members are read when they are asked for, and each is checked against its sha256."""

import hashlib
import json
import zipfile
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from chereme.bundles.arrays import unpack_arrays
from chereme.bundles.manifest import FORMAT, MEMBERS, Manifest
from chereme.bundles.space import Space, read_space
from chereme.errors import CheremeError
from chereme.landmarks.layout import Layout
from chereme.landmarks.sequence import LandmarkSequence

MEBIBYTE = 1 << 20
MAX_BYTES = {
    "bundle.json": 4 * MEBIBYTE,
    "model.onnx": 256 * MEBIBYTE,
    "model.tflite": 256 * MEBIBYTE,
    "exemplars.npz": 128 * MEBIBYTE,
    "space.npz": 64 * MEBIBYTE,
    "enrolled.npz": 64 * MEBIBYTE,
    "card.md": 1 * MEBIBYTE,
}
"""The most that each member may unpack to."""

MAX_RATIO = 100
"""Unpacked bytes a packed byte. Weights and landmarks hardly shrink; what shrinks more was made to fill a memory."""


class Bundle:
    """A `.chereme` file that was opened and whose directory of members is sound.

    Nothing in it is ever unpickled or executed. Members are read lazily and compared with the manifest's sha256.
    """

    def __init__(self, path: Path, manifest: Manifest, members: tuple[str, ...]) -> None:
        self.path = path
        self.manifest = manifest
        self.members = members

    def read(self, member: str) -> bytes:
        """The bytes of one member. Raises CheremeError when it is absent or not what the manifest says."""
        if member not in self.members:
            raise CheremeError(f"{self.path.name} has no {member}", code="bad_bundle")
        with zipfile.ZipFile(self.path) as archive:
            content = _read_member(archive, member, self.path)
        if member != "bundle.json" and hashlib.sha256(content).hexdigest() != self.manifest.sha256.get(member):
            _refuse(self.path, f"{member} is not what its sha256 says: the file was changed or damaged")
        return content

    @cached_property
    def onnx(self) -> bytes:
        """`model.onnx`."""
        return self.read("model.onnx")

    @cached_property
    def card(self) -> str:
        """The model card, Markdown; empty where there is none."""
        return self.read("card.md").decode("utf-8", "replace") if "card.md" in self.members else ""

    @cached_property
    def exemplars(self) -> dict[str, LandmarkSequence]:
        """The medoid clip of each gloss and enrolled sign that has one, at the bundle's fps.

        x and y are fractions of the picture.
        """
        if "exemplars.npz" not in self.members:
            return {}
        points, starts = read_exemplars(self.read("exemplars.npz"), self.manifest.layout, self.path)
        glosses = (*self.manifest.glosses, *self.manifest.enrolled)
        if len(starts) != len(glosses) + 1:
            _refuse(self.path, "exemplars.npz does not fit the glosses")
        clips = {}
        for gloss, start, end in zip(glosses, starts[:-1], starts[1:], strict=True):
            if end > start:
                clips[gloss.gloss] = LandmarkSequence(
                    points[start:end].astype(np.float32), self.manifest.layout, self.manifest.fps, self.manifest.aspect
                )
        return clips

    @cached_property
    def space(self) -> Space | None:
        """What distances between embeddings mean; None in a bundle to which no sign can be added."""
        if "space.npz" not in self.members:
            return None
        return read_space(self.read("space.npz"), len(self.manifest.glosses), MAX_BYTES["space.npz"], self.path)

    @cached_property
    def enrolled(self) -> dict[str, NDArray[np.float32]]:
        """Embeddings float32 [clips, d] of each enrolled sign, in the order of the manifest."""
        signs = self.manifest.enrolled
        if not signs:
            return {}
        if self.space is None:
            _refuse(self.path, "it has enrolled signs, but no space.npz")
        embeddings, starts = read_enrolled(self.read("enrolled.npz"), self.path)
        if len(starts) != len(signs) + 1 or embeddings.shape[1:] != self.space.mean.shape:
            _refuse(self.path, "enrolled.npz does not fit the enrolled signs, or the space")
        return {
            sign.gloss: embeddings[start:end] for sign, start, end in zip(signs, starts[:-1], starts[1:], strict=True)
        }


def open_bundle(path: Path) -> Bundle:
    """Open a bundle file.

    Raises CheremeError (code `bad_bundle`, `newer_bundle` or `no_bundle`) when it is not there, is not a bundle, was
    made by a newer Chereme, or has members that a bundle may not have.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _check_members(archive, path)
            manifest = _read_manifest(_read_member(archive, "bundle.json", path), path)
    except FileNotFoundError as error:
        raise CheremeError(f"there is no bundle at {path}", code="no_bundle") from error
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise CheremeError(f"{path} is not a Chereme bundle, or is damaged", code="bad_bundle") from error
    if set(manifest.sha256) != set(members) - {"bundle.json"}:
        _refuse(path, "its members are not those that bundle.json lists")
    return Bundle(path, manifest, members)


def read_exemplars(content: bytes, layout: Layout, path: Path) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
    """`exemplars.npz` as points float16 [sum(frames), points, 3] and starts int64 [glosses + enrolled signs + 1]."""
    points, starts = unpack_arrays(content, ("points", "starts"), MAX_BYTES["exemplars.npz"], "exemplars.npz", path)
    shaped = points.dtype == np.float16 and points.ndim == 3 and points.shape[1:] == (len(layout), 3)
    if not (shaped and _divide(starts, len(points))):
        _refuse(path, "exemplars.npz has arrays of the wrong shape or type")
    return points, starts


def read_enrolled(content: bytes, path: Path) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """`enrolled.npz` as embeddings float32 [clips, d] and starts int64 [enrolled signs + 1]; each sign has a clip."""
    names = ("embeddings", "starts")
    embeddings, starts = unpack_arrays(content, names, MAX_BYTES["enrolled.npz"], "enrolled.npz", path)
    shaped = embeddings.dtype == np.float32 and embeddings.ndim == 2 and bool(np.isfinite(embeddings).all())
    if not (shaped and _divide(starts, len(embeddings)) and bool((np.diff(starts) > 0).all())):
        _refuse(path, "enrolled.npz has arrays of the wrong shape or type")
    return embeddings, starts


def _divide(starts: NDArray[np.int64], rows: int) -> bool:
    """Whether `starts` cuts so many rows into parts, in order."""
    listed = starts.dtype == np.int64 and starts.ndim == 1 and len(starts) > 0
    return listed and bool((np.diff(starts) >= 0).all()) and starts[0] == 0 and starts[-1] == rows


def _check_members(archive: zipfile.ZipFile, path: Path) -> tuple[str, ...]:
    """The names in the archive, when each is one that a bundle may have, once, in clear and of a sane size."""
    seen: list[str] = []
    for entry in archive.infolist():
        name = entry.orig_filename
        if name not in MEMBERS:
            _refuse(path, f"it has a member {name!r} that does not belong in a bundle")
        if name in seen:
            _refuse(path, f"it has {name} twice")
        if entry.flag_bits & 0x1:
            _refuse(path, f"{name} is encrypted")
        if entry.file_size > MAX_BYTES[name]:
            _refuse(path, f"{name} is larger than {MAX_BYTES[name] // MEBIBYTE} MiB")
        if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            _refuse(path, f"{name} unpacks to more than {MAX_RATIO} times its size")
        seen.append(name)
    for name in MEMBERS[:2]:
        if name not in seen:
            _refuse(path, f"it has no {name}")
    return tuple(seen)


def _read_member(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    try:
        with archive.open(name) as member:
            content = member.read(MAX_BYTES[name] + 1)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise CheremeError(f"{path.name}: {name} is damaged", code="bad_bundle") from error
    except Exception as error:  # zlib.error and its kin have no common base
        if type(error).__module__ not in {"zlib", "lzma"}:
            raise
        raise CheremeError(f"{path.name}: {name} is damaged", code="bad_bundle") from error
    if len(content) > MAX_BYTES[name]:
        _refuse(path, f"{name} is larger than it says")
    return content


def _read_manifest(content: bytes, path: Path) -> Manifest:
    try:
        fields = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CheremeError(f"{path.name}: bundle.json is not JSON", code="bad_bundle") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("format"), int):
        _refuse(path, "bundle.json does not state its format")
    if fields["format"] > FORMAT:
        raise CheremeError(
            f"{path.name} was made by a newer Chereme (format {fields['format']}, this one reads {FORMAT}): upgrade",
            code="newer_bundle",
        )
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "bundle.json"
        raise CheremeError(f"{path.name}: bundle.json: {where}: {first['msg']}", code="bad_bundle") from error


def _refuse(path: Path, reason: str) -> NoReturn:
    raise CheremeError(f"{path.name} is refused: {reason}", code="bad_bundle")
