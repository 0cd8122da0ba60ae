"""A contact sheet: one look at what a dataset holds, a row for each gloss."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

from chereme.datasets.aspect import estimate_aspect
from chereme.datasets.dataset import SignDataset
from chereme.datasets.fonts import font_for
from chereme.datasets.manifest import PICTURES, from_class_folders
from chereme.errors import CheremeError
from chereme.landmarks.drawing import draw
from chereme.landmarks.image import read_image
from chereme.landmarks.layout import Layout
from chereme.landmarks.sequence import LandmarkSequence

PANEL = 132
"""Side of one picture, pixels."""

GAP, BETWEEN, MARGIN, LABEL, CAPTION = 3, 16, 28, 190, 20

PAPER, INK, FAINT, STAGE = (250, 249, 246), (34, 38, 46), (120, 124, 134), (38, 43, 54)
"""Light paper; skeletons stand on a dark stage, where light bones and coloured hands are seen best."""


@dataclass(frozen=True, eq=False)
class Sheet:
    picture: Image.Image
    shown: int
    """Rows; of so many glosses:"""
    glosses: int
    unwritten: tuple[str, ...]
    """Labels for which no font was found."""


@dataclass(frozen=True)
class _Strip:
    """Panels that belong together, and what stands under them."""

    panels: tuple[Image.Image, ...]
    caption: str


def of_dataset(dataset: SignDataset, *, clips: int = 3, moments: int = 4, most: int = 24, seed: int = 0) -> Sheet:
    """Skeletons at `moments` even moments of `clips` clips of each gloss, by as many signers as there are."""
    if not len(dataset):
        raise CheremeError(f"{dataset.description.name} has no clips to show")
    aspect = estimate_aspect(dataset)
    glosses, signers = dataset.column("gloss"), dataset.column("signer")
    random = np.random.default_rng(seed)

    def strips(gloss: str) -> list[_Strip]:
        mine = random.permutation(np.flatnonzero(glosses == gloss))
        chosen = _various(mine, signers)[:clips]
        return [
            _Strip(
                tuple(_skeletons(dataset[int(index)], moments, aspect)),
                signers[index] or dataset.samples[int(index)].id,
            )
            for index in chosen
        ]

    counts = {gloss: int((glosses == gloss).sum()) for gloss in dataset.glosses}
    return _sheet(dataset.description.name, counts, strips, most, "clip")


def of_pictures(folder: Path, *, across: int = 12, most: int = 24, seed: int = 0) -> Sheet:
    """Pictures of a folder that has a folder for each gloss."""
    if not folder.is_dir():
        raise CheremeError(f"{folder} is neither a dataset nor a folder of pictures: check the name")
    files: dict[str, list[Path]] = {}
    for recording in from_class_folders(folder):
        if recording.path.suffix.lower() in PICTURES:
            files.setdefault(recording.gloss, []).append(recording.path)
    if not files:
        raise CheremeError(f"{folder} holds films and no pictures: make a dataset of them with chereme data extract")
    random = np.random.default_rng(seed)

    def strips(gloss: str) -> list[_Strip]:
        chosen = [files[gloss][index] for index in sorted(random.permutation(len(files[gloss]))[:across])]
        return [_Strip((_thumbnail(file),), "") for file in chosen]

    return _sheet(folder.name, {gloss: len(mine) for gloss, mine in files.items()}, strips, most, "picture")


def write_png(picture: Image.Image, file: Path) -> None:
    """Write whole or not at all."""
    temporary = file.with_name(f".{file.name}.writing")
    try:
        picture.save(temporary, format="PNG", optimize=True)
    except OSError as error:
        raise CheremeError(f"{file} cannot be written: {error.strerror or error}") from error
    temporary.replace(file)


def _sheet(title: str, counts: dict[str, int], strips: Callable[[str], list[_Strip]], most: int, unit: str) -> Sheet:
    names = sorted(counts)
    places = np.unique(np.linspace(0, len(names) - 1, min(most, len(names))).round().astype(int))
    rows = [(names[place], strips(names[place])) for place in places]
    captioned = any(strip.caption for _, row in rows for strip in row)
    gap = BETWEEN if captioned else GAP
    width = max(sum(len(strip.panels) * (PANEL + GAP) - GAP + gap for strip in row) - gap for _, row in rows)
    height = PANEL + (CAPTION if captioned else 0) + BETWEEN
    top = MARGIN + 56
    size = (2 * MARGIN + LABEL + width, top + len(rows) * height - BETWEEN + MARGIN)
    picture = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(picture)
    unwritten: list[str] = []

    def write(where: tuple[int, int], text: str, points: int, colour: tuple[int, int, int], room: int) -> None:
        font, whole = font_for(text, points)
        if not whole:
            unwritten.append(text)
        while len(text) > 1 and pen.textlength(text, font=font) > room:
            text = text.rstrip("…")[:-1] + "…"
        pen.text(where, text, fill=colour, font=font, anchor="lm")

    total = sum(counts.values())
    write((MARGIN, MARGIN + 8), title, 24, INK, size[0] - 2 * MARGIN)
    subtitle = f"{_many(total, unit)}, {_many(len(names), 'gloss')}" + (
        f", {len(rows)} shown" * (len(rows) < len(names))
    )
    write((MARGIN, MARGIN + 34), subtitle, 14, FAINT, size[0] - 2 * MARGIN)
    for number, (gloss, row) in enumerate(rows):
        y = top + number * height
        if number:
            pen.line((MARGIN, y - BETWEEN // 2, size[0] - MARGIN, y - BETWEEN // 2), fill=(228, 226, 220))
        write((MARGIN, y + PANEL // 2 - 11), gloss, 20, INK, LABEL - 16)
        write((MARGIN, y + PANEL // 2 + 13), _many(counts[gloss], unit), 13, FAINT, LABEL - 16)
        x = MARGIN + LABEL
        for strip in row:
            for place, panel in enumerate(strip.panels):
                picture.paste(panel, (x + place * (PANEL + GAP), y))
            room = len(strip.panels) * (PANEL + GAP) - GAP
            if strip.caption:
                write((x, y + PANEL + CAPTION // 2), strip.caption, 12, FAINT, room)
            x += room + gap
    return Sheet(picture, len(rows), len(names), tuple(dict.fromkeys(unwritten)))


def _various(indices: NDArray[np.int64], signers: NDArray[np.object_]) -> list[int]:
    """One of each signer first, then the next of each."""
    turn: dict[str | None, int] = {}
    ranked = []
    for index in indices:
        rank = turn.get(signers[index], 0)
        turn[signers[index]] = rank + 1
        ranked.append((rank, int(index)))
    return [index for _, index in sorted(ranked, key=lambda each: each[0])]


def _skeletons(clip: LandmarkSequence, moments: int, unknown_aspect: float) -> list[Image.Image]:
    """Panels of even moments, all seen through the same window, so that movement shows."""
    points = clip.points[..., :2].copy()
    points[..., 0] *= clip.aspect or unknown_aspect
    places = np.linspace(0, len(clip) - 1, moments).round().astype(int) if len(clip) else np.zeros(0, int)
    middle, side = _window(points, clip.layout)
    stage = np.full((PANEL, PANEL, 3), STAGE, dtype=np.uint8)
    panels = [
        Image.fromarray(draw(stage, ((points[place] - middle) / side + 0.5).astype(np.float32), clip.layout))
        for place in places
    ]
    return panels + [Image.fromarray(stage)] * (moments - len(panels))


def _window(points: NDArray[np.float32], layout: Layout) -> tuple[NDArray[np.float32], float]:
    """Middle and side of a square around the hands, and of the body what is above the hips."""
    names: Sequence[str] = layout.names
    above = ("nose", "ear", "shoulder", "elbow", "wrist")
    wanted = [place for place, name in enumerate(names) if "hand" in name or any(part in name for part in above)]
    seen = points[:, wanted].reshape(-1, 2)
    seen = seen[np.isfinite(seen).all(axis=1)]
    if not len(seen):
        return np.array([0.5, 0.5], np.float32), 1.0
    low, high = np.quantile(seen, [0.01, 0.99], axis=0)
    return ((low + high) / 2).astype(np.float32), float(max((high - low).max() * 1.2, 1e-3))


def _thumbnail(file: Path) -> Image.Image:
    return ImageOps.pad(Image.fromarray(read_image(file).rgb), (PANEL, PANEL), color=STAGE)


def _many(count: int, unit: str) -> str:
    plural = {"gloss": "glosses"}.get(unit, f"{unit}s")
    return f"{count:,} {unit if count == 1 else plural}"
