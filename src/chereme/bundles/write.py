"""Write a bundle: all of it or nothing, and the same content gives the same bytes."""

import hashlib
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from chereme.bundles.added_card import added_card
from chereme.bundles.arrays import ZIP_EPOCH, pack_arrays
from chereme.bundles.manifest import FORMAT, Manifest
from chereme.bundles.read import Bundle
from chereme.bundles.space import Space
from chereme.bundles.verify import release_problems, verify_bundle
from chereme.errors import CheremeError
from chereme.landmarks.sequence import LandmarkSequence


def write_bundle(
    path: Path,
    manifest_fields: Mapping[str, Any],
    onnx_bytes: bytes,
    card: str,
    exemplars: Mapping[str, LandmarkSequence],
    tflite_bytes: bytes | None = None,
    space: Space | None = None,
) -> Manifest:
    """Write `path` atomically and return its manifest.

    manifest_fields: the fields of `Manifest` but `format` and `sha256`, which are filled in here.
    exemplars: one clip a gloss, in any layout that has the bundle's groups; resampled to the bundle's fps where the
        clip states its own. A gloss may be without one.
    space: of the network's embeddings; without it no sign can be added to the bundle.

    What was written is verified before it takes its name, and says `released` when it passes the release gate. Raises
    CheremeError when a field is wrong or verification fails.
    """
    members = {"model.onnx": onnx_bytes}
    if tflite_bytes is not None:
        members["model.tflite"] = tflite_bytes
    draft = _manifest({**manifest_fields, "sha256": {}})
    members["exemplars.npz"] = _pack_exemplars(exemplars, draft)
    if space is not None:
        members["space.npz"] = space.pack()
    members["card.md"] = card.encode()
    return _write(path, manifest_fields, members)


def write_enrolled(
    path: Path,
    bundle: Bundle,
    texts: Mapping[str, Mapping[str, str]],
    embeddings: Mapping[str, NDArray[np.float32]],
    exemplars: Mapping[str, LandmarkSequence],
    sign_language: str | None = None,
) -> Manifest:
    """Write `bundle` with the signs of `texts` enrolled, and no others, as `path`, which may be the bundle's own.

    texts: what each enrolled sign says, by spoken language. embeddings: float32 [clips, d] of each. exemplars: clips by
        gloss and enrolled sign, as in `write_bundle`. sign_language: ISO 639-3, where it is another one.

    A path like NAME-1.0.0.chereme gives the bundle its name and version, and its card names the added signs. All else
    stays as it is; whether the result may be released is found anew.
    """
    enrolled = [{"gloss": gloss, "texts": dict(says)} for gloss, says in texts.items()]
    fields = bundle.manifest.model_dump() | {"enrolled": enrolled, "released": False} | named_by(path, bundle.manifest)
    fields["sign_language"] = sign_language or bundle.manifest.sign_language
    draft = _manifest(fields)
    kept = [member for member in bundle.members if member not in ("bundle.json", "enrolled.npz")]
    members = {member: bundle.read(member) for member in kept}
    members["exemplars.npz"] = _pack_exemplars(exemplars, draft)
    if enrolled:
        clips = [embeddings[gloss].astype(np.float32) for gloss in texts]
        starts = np.cumsum([0, *map(len, clips)], dtype=np.int64)
        members["enrolled.npz"] = pack_arrays({"embeddings": np.concatenate(clips), "starts": starts})
    counts = {gloss: len(embeddings[gloss]) for gloss in texts}
    members["card.md"] = added_card(bundle.card, draft.title.get("en", draft.name), counts).encode()
    return _write(path, fields, members)


def named_by(path: Path, manifest: Manifest) -> dict[str, Any]:
    """Name, version and title by the name of the file; nothing where it is not like mine-1.0.0.chereme."""
    said = re.fullmatch(r"([a-z0-9][a-z0-9-]{0,63})-(\d+\.\d+\.\d+)", path.stem)
    if said is None:
        return {}
    name, version = said.groups()
    title = manifest.title if name == manifest.name else {"en": name}
    return {"name": name, "version": version, "title": title}


def write_tempered(path: Path, bundle: Bundle, temperature: float) -> Manifest:
    """Write `bundle` with another temperature as `path`, which may be the bundle's own; all else stays as it is."""
    fields = bundle.manifest.model_dump() | {"temperature": temperature, "released": False}
    return _write(path, fields, {member: bundle.read(member) for member in bundle.members if member != "bundle.json"})


def _write(path: Path, manifest_fields: Mapping[str, Any], members: Mapping[str, bytes]) -> Manifest:
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
            # weights hardly shrink, and half of the time of adding a sign would go into trying
            text = name.endswith((".json", ".md"))
            entry.compress_type = zipfile.ZIP_DEFLATED if text else zipfile.ZIP_STORED
            archive.writestr(entry, content)


def _pack_exemplars(exemplars: Mapping[str, LandmarkSequence], manifest: Manifest) -> bytes:
    """points float16 [sum(frames), points, 3], starts int64 [signs + 1]; sign i is rows starts[i]…starts[i + 1].

    Signs are the glosses, then the enrolled signs.
    """
    signs = (*manifest.glosses, *manifest.enrolled)
    unknown = set(exemplars) - {sign.gloss for sign in signs}
    if unknown:
        raise CheremeError(f"there are exemplars for glosses that the bundle lacks: {', '.join(sorted(unknown))}")
    clips = []
    for sign in signs:
        clip = exemplars.get(sign.gloss)
        if clip is None:
            clips.append(np.empty((0, len(manifest.layout), 3), dtype=np.float16))
            continue
        clip = clip.select(manifest.layout)
        if clip.fps is not None or clip.times is not None:
            clip = clip.resample(manifest.fps)
        clips.append(clip.points.astype(np.float16))
    starts = np.cumsum([0, *map(len, clips)], dtype=np.int64)
    return pack_arrays({"points": np.concatenate(clips), "starts": starts})
