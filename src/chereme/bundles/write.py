"""Write a bundle: all of it or nothing, and the same content gives the same bytes."""

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from chereme.bundles.manifest import FORMAT, Manifest
from chereme.bundles.verify import release_problems, verify_bundle
from chereme.errors import CheremeError
from chereme.landmarks.sequence import LandmarkSequence

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_bundle(
    path: Path,
    manifest_fields: Mapping[str, Any],
    onnx_bytes: bytes,
    card: str,
    exemplars: Mapping[str, LandmarkSequence],
    tflite_bytes: bytes | None = None,
) -> Manifest:
    """Write `path` atomically and return its manifest.

    manifest_fields: the fields of `Manifest` but `format` and `sha256`, which are filled in here.
    exemplars: one clip a gloss, in any layout that has the bundle's groups; resampled to the bundle's fps where the
        clip states its own. A gloss may be without one.

    What was written is verified before it takes its name, and says `released` when it passes the release gate. Raises
    CheremeError when a field is wrong or verification fails.
    """
    members = {"model.onnx": onnx_bytes}
    if tflite_bytes is not None:
        members["model.tflite"] = tflite_bytes
    draft = _manifest({**manifest_fields, "sha256": {}})
    members["exemplars.npz"] = _pack_exemplars(exemplars, draft)
    members["card.md"] = card.encode()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    manifest = _manifest({**manifest_fields, "sha256": digests})
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    temporary = Path(name)
    try:
        os.close(handle)
        _store(manifest, members, temporary)
        if not release_problems(verify_bundle(temporary)):
            manifest = manifest.model_copy(update={"released": True})
            _store(manifest, members, temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return manifest


def _manifest(fields: Mapping[str, Any]) -> Manifest:
    try:
        return Manifest.model_validate({**fields, "format": FORMAT})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "manifest"
        raise CheremeError(f"the bundle cannot be written: {where}: {first['msg']}", code="bad_bundle") from error


def _store(manifest: Manifest, members: Mapping[str, bytes], path: Path) -> None:
    with path.open("wb") as file:
        _pack({"bundle.json": manifest.model_dump_json(indent=1).encode(), **members}, file)
        file.flush()
        os.fsync(file.fileno())


def _pack(members: Mapping[str, bytes], file: io.BufferedIOBase) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, date_time=ZIP_EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "exemplars.npz" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def _pack_exemplars(exemplars: Mapping[str, LandmarkSequence], manifest: Manifest) -> bytes:
    """points float16 [sum(frames), points, 3], starts int64 [glosses + 1]; gloss i is rows starts[i]…starts[i + 1]."""
    unknown = set(exemplars) - {gloss.gloss for gloss in manifest.glosses}
    if unknown:
        raise CheremeError(f"there are exemplars for glosses that the bundle lacks: {', '.join(sorted(unknown))}")
    clips = []
    for gloss in manifest.glosses:
        clip = exemplars.get(gloss.gloss)
        if clip is None:
            clips.append(np.empty((0, len(manifest.layout), 3), dtype=np.float16))
            continue
        clip = clip.select(manifest.layout)
        if clip.fps is not None or clip.times is not None:
            clip = clip.resample(manifest.fps)
        clips.append(clip.points.astype(np.float16))
    starts = np.cumsum([0, *map(len, clips)], dtype=np.int64)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in (("points", np.concatenate(clips)), ("starts", starts)):
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=ZIP_EPOCH)
            archive.writestr(entry, content.getvalue(), compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()
