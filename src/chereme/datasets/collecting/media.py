"""The pictures and films beside a dataset: one folder a gloss, and a manifest that names each.

pictures/GLOSS/SIGNER-SESSION-0001.jpg
films/GLOSS/SIGNER-SESSION-0001.mp4
manifest.csv
"""

from collections.abc import Collection, Sequence
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

from chereme.datasets import SignDataset
from chereme.datasets.collecting.names import safe_name
from chereme.datasets.manifest import Recording, write_manifest
from chereme.landmarks.frames import Frame

FOLDERS = ("pictures", "films")

_PREFIXES = tuple(f"{kind}/" for kind in FOLDERS)

JPEG_QUALITY = 95

CRF = "18"
"""x264's scale of loss: at 18 people see none."""


def write_media(folder: Path, id: str, gloss: str, frames: Sequence[Frame]) -> Path:
    """One frame as a picture, more as a film with the frames' own times; returns its path from `folder`."""
    kind, ending = ("pictures", "jpg") if len(frames) == 1 else ("films", "mp4")
    inside = Path(kind, safe_name(gloss), f"{id}.{ending}")
    file = folder / inside
    file.parent.mkdir(parents=True, exist_ok=True)
    if len(frames) == 1:
        Image.fromarray(frames[0].rgb).save(file, quality=JPEG_QUALITY, subsampling=0)
    else:
        _write_film(file, frames)
    return inside


def remove_orphans(folder: Path, start: str, kept: Collection[str]) -> int:
    """Delete the files whose names begin so and that belong to no clip; returns how many."""
    files = [
        file
        for kind in FOLDERS
        for file in (folder / kind).glob("*/*")
        if file.name.startswith(start) and file.stem not in kept
    ]
    for file in files:
        file.unlink()
        if not any(file.parent.iterdir()):
            file.parent.rmdir()
    return len(files)


def renew_manifest(dataset: SignDataset) -> None:
    """Write `manifest.csv` with the picture or film of each clip that has one."""
    folder = dataset.path
    recordings = [
        Recording(sample.id, folder / sample.source, sample.gloss, sample.signer, sample.session, sample.split)
        for sample in dataset.samples
        if sample.source and sample.source.startswith(_PREFIXES) and (folder / sample.source).is_file()
    ]
    manifest = folder / "manifest.csv"
    if recordings or manifest.is_file():
        temporary = folder / ".manifest.csv.writing"
        write_manifest(temporary, recordings)
        temporary.replace(manifest)


def _write_film(file: Path, frames: Sequence[Frame]) -> None:
    height, width = (side - side % 2 for side in frames[0].rgb.shape[:2])  # colour is stored for 2×2 pixels
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": CRF, "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(frame.rgb[:height, :width], format="rgb24")
            picture.pts, picture.time_base = round(frame.milliseconds - frames[0].milliseconds), Fraction(1, 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
