"""Letters on photographs of people, rooms and cameras never seen: landmarks beside pixels.

    python -m benchmarks.photos DATA_FOLDER --work photos [--models conv_transformer letters_cnn] [--steps 300]

Three sources show the letters a to z: `images/asl-massey` (hands on black, benchmark only), `images/asl-webcam-letters`
(a man before a webcam) and `asl-letters` (landmarks of films, of which the middle frame is taken; it has no pictures
for the models that look at pixels). Tested are

- each hand of asl-massey, by a model of everything else, the two other hands among it;
- each source, by a model of the others;
- photographs dealt at random into five parts, the last of them: doubles of a photograph lie on both sides. A warning.

A photograph in which no hand was found is an error, whatever a model says of it. Nothing is chosen on a test: models
and steps are the same in all of them. What is extracted, and every answer, is kept in the work folder; a run that was
broken off goes on. In the table, shares of right answers.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from chereme.datasets import Sample, SignDataset
from chereme.datasets.aspect import estimate_aspect
from chereme.datasets.splits import make_folds
from chereme.landmarks import HANDS, LandmarkSequence
from chereme.models.registry import PICTURE_MODELS
from chereme.training.clips import load_clips
from chereme.training.fit import FitConfig, fit
from chereme.training.pictures import Pictures, fit_pictures, load_pictures, picture_logits

PHOTOS = ("asl-massey", "asl-webcam-letters")
FILMS = "asl-letters"
SOURCES = (*PHOTOS, FILMS)
LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")

MODELS = ("conv_transformer", "letters_cnn", "letters_cnn_rnn")

OPTIONS: dict[str, dict[str, Any]] = {"conv_transformer": {"moments": 4}}
"""A still is the same at every moment; four are as good as sixteen, and quicker."""


@dataclass(frozen=True)
class Test:
    """Indices into the stills. What none of the training sources shows is not asked."""

    name: str
    train: tuple[int, ...]
    test: tuple[int, ...]


def stills(data: Path, work: Path) -> SignDataset:
    """One dataset of one-frame clips of letters, hands only; `session` is the source."""
    folder = work / "stills"
    if (folder / "dataset.json").exists():
        return SignDataset.open(folder)
    clips = [clip for source in SOURCES for clip in _letters(source, data, work)]
    return SignDataset.create(
        folder,
        name="letters-stills",
        sign_language="ase",
        groups=HANDS.groups,
        license="benchmark only: holds asl-massey, whose terms are unclear",
        source=", ".join(SOURCES),
    ).append(clips)


def tests(dataset: SignDataset) -> Iterator[Test]:
    sources, signers = dataset.column("session"), dataset.column("signer")
    every = np.arange(len(dataset))
    for hand in sorted(set(signers[sources == PHOTOS[0]])):
        yield _test(f"massey {hand.split()[-1]}", every[signers != hand], every[signers == hand])
    for source in SOURCES:
        yield _test(f"source {source}", every[sources != source], every[sources == source])
    photos = np.flatnonzero(np.isin(sources, PHOTOS))
    fold = make_folds(dataset.select(photos.tolist()), "random")[-1]
    yield _test("random photos", photos[list(fold.train)], photos[list(fold.test)])


def answers(
    model: str, test: Test, dataset: SignDataset, pictures: dict[str, Pictures], config: FitConfig
) -> list[dict[str, Any]] | None:
    """One row a still; None where there is nothing that the model could look at."""
    glosses = dataset.glosses
    if model in PICTURE_MODELS:
        sources = dataset.column("session")
        if (sources[list(test.test)] == FILMS).any():
            return None
        train, shown = (_shown(part, sources, pictures[model]) for part in (test.train, test.test))
        fitted = fit_pictures(model, train, len(glosses), config)
        logits, seen = picture_logits(fitted, shown.pictures), shown.seen.numpy()
    else:
        train_set, test_set = dataset.select(test.train), dataset.select(test.test)
        clips, held_out = (load_clips(part, glosses, frames=1, unknown_aspect=1.0) for part in (train_set, test_set))
        fitted = fit(model, clips, dataset.layout, len(glosses), config, options=OPTIONS.get(model))
        with torch.inference_mode():
            logits = torch.cat([fitted(part)[0] for part in torch.split(held_out.points, 256)]).double().numpy()
        seen = np.array([bool(np.isfinite(clip.points).any()) for clip in test_set])
    samples = [dataset.samples[index] for index in test.test]
    return [
        {"id": sample.id, "gloss": sample.gloss, "predicted": glosses[row.argmax()] if hand else None}
        for sample, row, hand in zip(samples, logits, seen, strict=True)
    ]


def score(rows: list[dict[str, Any]]) -> float:
    return sum(bool(row["predicted"] == row["gloss"]) for row in rows) / len(rows)


def table(found: dict[str, dict[str, list[dict[str, Any]] | None]]) -> str:
    """Model → test → answers, as a table; hands of one test together, and the mean over sources."""
    names = ["massey hands", *(f"source {source}" for source in SOURCES), "mean of sources", "random photos: flatters"]
    lines = [f"| model | {' | '.join(names)} |", f"|---|{'---:|' * len(names)}"]
    for model, of_test in found.items():
        hands = [row for name, rows in of_test.items() if name.startswith("massey ") for row in rows or []]
        sources = [rows for source in SOURCES if (rows := of_test.get(f"source {source}"))]
        mean = float(np.mean([score(rows) for rows in sources])) if sources else None
        cells = [score(hands) if hands else None]
        cells += [score(rows) if (rows := of_test.get(f"source {source}")) else None for source in SOURCES]
        cells += [mean, score(rows) if (rows := of_test.get("random photos")) else None]
        lines.append(f"| {model} | {' | '.join('–' if cell is None else f'{cell:.3f}' for cell in cells)} |")
    return "\n".join(lines)


def _letters(source: str, data: Path, work: Path) -> Iterator[tuple[Sample, LandmarkSequence]]:
    dataset = SignDataset.open(data / source if source == FILMS else _extracted(source, data, work))
    aspect = estimate_aspect(dataset)
    for sample, clip in zip(dataset.samples, dataset, strict=True):
        if sample.gloss not in LETTERS:
            continue
        middle = clip.select(HANDS).points[len(clip) // 2, None]
        still = LandmarkSequence(middle, HANDS, aspect=clip.aspect or aspect)
        yield Sample(f"{source}/{sample.id}", sample.gloss, f"{source} {sample.signer}", source), still


def _extracted(source: str, data: Path, work: Path) -> Path:
    out = work / source
    command = [sys.executable, "-m", "chereme", "data", "extract", data / "images" / source / "index.csv", out]
    command += ["--sign-language", "ase", "--hand-crops", work / f"crops-{source}"]
    subprocess.run(list(map(str, command)), check=True, stdout=sys.stderr)
    return out


def _pictures(model: str, dataset: SignDataset, work: Path) -> Pictures:
    """Of the photographs only, in the order of the stills."""
    parts = []
    for source in PHOTOS:
        photos = SignDataset.open(work / source)
        letters = [index for index, sample in enumerate(photos.samples) if sample.gloss in LETTERS]
        parts.append(load_pictures(photos.select(letters), work / f"crops-{source}", model))
    photos_of_stills = dataset.select(np.flatnonzero(np.isin(dataset.column("session"), PHOTOS)).tolist())
    labels = torch.tensor([dataset.glosses.index(sample.gloss) for sample in photos_of_stills.samples])
    return Pictures(torch.cat([part.pictures for part in parts]), labels, torch.cat([part.seen for part in parts]))


def _shown(indices: tuple[int, ...], sources: Any, pictures: Pictures) -> Pictures:
    """Stills without pictures are left out. The photographs come first among the stills."""
    return pictures.take(tuple(index for index in indices if sources[index] != FILMS))


def _test(name: str, train: Any, test: Any) -> Test:
    return Test(name, tuple(train.tolist()), tuple(test.tolist()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with asl-letters and images/")
    parser.add_argument("--work", type=Path, required=True, help="folder for what is extracted, and for the answers")
    parser.add_argument("--models", nargs="+", default=MODELS)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    torch.set_num_threads(1)
    dataset = stills(wanted.data, wanted.work)
    config = FitConfig(steps=wanted.steps, seed=wanted.seed, frames=1)
    pictures = {model: _pictures(model, dataset, wanted.work) for model in wanted.models if model in PICTURE_MODELS}
    found: dict[str, dict[str, list[dict[str, Any]] | None]] = {}
    for model in wanted.models:
        for test in tests(dataset):
            kept = wanted.work / "answers" / f"{model} {test.name} {wanted.steps} {wanted.seed}.json"
            if not kept.exists():
                rows = answers(model, test, dataset, pictures, config)
                kept.parent.mkdir(exist_ok=True)
                kept.write_text(json.dumps(rows, indent=0), encoding="utf-8")
            rows = json.loads(kept.read_text(encoding="utf-8"))
            found.setdefault(model, {})[test.name] = rows
            said = "nothing to look at" if rows is None else f"{score(rows):.3f} of {len(rows)}"
            print(f"{model}, {test.name}: {said}", file=sys.stderr, flush=True)
    print(table(found))


if __name__ == "__main__":
    main()
