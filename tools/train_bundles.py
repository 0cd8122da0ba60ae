"""Make the bundles that ship: merge the data, score on held-out people, measure on streams, train on all, write.

    python tools/train_bundles.py DATA_FOLDER [asl-words] [asl-letters] [numbers]

DATA_FOLDER holds the datasets asl-words, asl-letters, asl-neat11 and asl-gislr2, and photographs in images/digits. Each
step is a command that anybody can run by hand, and is printed before it runs. Only data under licences that let weights
ship is read.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from chereme.bundles.manifest import Spotting
from chereme.bundles.read import open_bundle
from chereme.datasets import Sample, SignDataset
from chereme.datasets.aspect import estimate_aspect
from chereme.datasets.dataset import IDLE
from chereme.landmarks import HANDS, LandmarkSequence, Layout

ROOT = Path(__file__).parents[1]

SPELLING = {"thankyou": "thank-you"}
"""Where sets spell one gloss in two ways."""

MADE_UP = {"fosshack3"}
"""Not a sign of any language."""

DIGITS = "ardamavi/Sign-Language-Digits-Dataset@4b09433ef9d5c60602e8805bb54b8aa2428527f8"

HELD = 20
"""Frames for which a photograph is held, as long as a clip of asl-letters."""

QUICK = ("--model", "temporal_conv", "--teacher", "conv_transformer")
"""One network taught by eight: as accurate on words, and much quicker. On letters the eight are better."""


@dataclass(frozen=True)
class Material:
    """What a bundle is made of."""

    dataset: SignDataset
    sets: list[SignDataset]
    """Of which the dataset was merged."""
    streams: SignDataset
    """Clips to join into streams, signer by signer."""
    streams_each: int = 100
    """Streams for each signer."""
    how: tuple[str, ...] = ()
    """Options of `chereme train`."""


def words(data: Path, work: Path) -> Material:
    """asl-words, asl-neat11, and hello and thank-you by fourteen more people with phones, from asl-gislr2.

    Who signs in asl-neat11 is not stated, so the set counts as one signer.
    """
    sets = [SignDataset.open(data / name) for name in ("asl-words", "asl-neat11", "asl-gislr2")]

    def take(sample: Sample) -> Sample | None:
        if sample.gloss in MADE_UP:
            return None
        return replace(sample, gloss=SPELLING.get(sample.gloss, sample.gloss), signer=sample.signer or "neat11")

    dataset = merge(work / "data", "asl-words", sets, sets[0].layout, take)
    # the words that asl-neat11 adds have one recorder, so nobody else's streams can hold them
    return Material(dataset, sets, streams=sets[0], how=QUICK)


def letters(data: Path, work: Path) -> Material:
    """a to z of asl-letters, and what idle hands look like from asl-words."""
    sets = [SignDataset.open(data / "asl-letters"), SignDataset.open(data / "asl-words")]

    def take(sample: Sample) -> Sample | None:
        is_letter = sample.id.startswith("asl-letters") and sample.gloss != "space"
        return sample if is_letter or sample.gloss == IDLE else None

    dataset = merge(work / "data", "asl-letters", sets, HANDS, take)
    return Material(dataset, sets, streams=dataset)


def numbers(data: Path, work: Path) -> Material:
    """0 to 9 from photographs, each held still as long as a clip, and what idle hands look like from asl-words."""
    sets = [photographs(data, work), SignDataset.open(data / "asl-words")]

    def take(sample: Sample) -> Sample | None:
        if sample.gloss.isdecimal():
            return replace(sample, id=f"digits-{sample.id}")
        return sample if sample.gloss == IDLE else None

    dataset = merge(work / "data", "numbers", sets, HANDS, take)
    return Material(dataset, sets, streams=dataset, streams_each=4)


def photographs(data: Path, work: Path) -> SignDataset:
    """Landmarks of images/digits, one frame each."""
    folder = work / "digits"
    about = ("--name", "digits", "--sign-language", "ase", "--license", "Apache-2.0")
    run("data", "extract", data / "images" / "digits" / "index.csv", folder, *about)
    digits = SignDataset.open(folder)
    return replace(digits, description=digits.description.model_copy(update={"source": DIGITS}))


def merge(
    output: Path, name: str, sets: list[SignDataset], layout: Layout, take: Callable[[Sample], Sample | None]
) -> SignDataset:
    """One dataset of what `take` gives of each sample; None leaves it out. Unknown aspects are estimated set by set.

    A photograph becomes a clip of a hand held still; one in which nothing was found is left out.

    `chereme data merge` takes signers of two sets for different people; asl-words and asl-letters have the same ones.
    """

    def clips() -> Iterator[tuple[Sample, LandmarkSequence]]:
        for dataset in sets:
            aspect = estimate_aspect(dataset)
            for index, sample in enumerate(dataset.samples):
                if taken := take(sample):
                    clip = dataset[index].select(layout)
                    if len(clip) == 1:
                        if np.isnan(clip.points).all():
                            continue
                        clip = replace(clip, points=np.repeat(clip.points, HELD, axis=0))
                    yield taken, replace(clip, aspect=clip.aspect or aspect)

    created = SignDataset.create(
        output,
        name=name,
        sign_language=sets[0].description.sign_language,
        groups=layout.groups,
        license="; ".join(dataset.description.license for dataset in sets),
        source="; ".join(dataset.description.source for dataset in sets),
        notes="merged by tools/train_bundles.py",
    )
    return created.append(clips())


def run(*command: str | Path) -> None:
    print("$ chereme", *command, flush=True)
    subprocess.run([sys.executable, "-m", "chereme", *map(str, command)], check=True)  # noqa: S603  own commands


def ship(name: str, material: Material, folder: Path) -> None:
    dataset, streams, how = material.dataset, material.streams, material.how
    about = json.loads((ROOT / "tools" / "bundles" / f"{name}.json").read_text(encoding="utf-8"))
    score, folds, stream, model = folder / "score.json", folder / "folds", folder / "stream.json", folder / "run"
    run("crossval", dataset.path, *how, "--by", "signer", "--robustness", "--json", score, "--save", folds)
    believed = str(Spotting(**about.get("spotting", {})).min_confidence)
    run(
        "evaluate-stream",
        streams.path,
        *bundle_options(folds, streams),
        *("--streams", str(material.streams_each), "--min-confidence", believed),
        *("--json", stream),
    )
    run("train", dataset.path, *how, "--output", model)

    about["training_data"] = training_data(dataset, material.sets)
    about["idle_false_positives_per_minute"] = json.loads(stream.read_text())["false_words_per_idle_minute"]
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    output = ROOT / "bundles" / f"{name}-{about['version']}.chereme"
    run(
        "bundle",
        "build",
        model,
        "--data",
        dataset.path,
        "--about",
        folder / "about.json",
        "--score",
        score,
        "-o",
        output,
    )
    output.with_suffix(".md").write_text(open_bundle(output).card, encoding="utf-8")
    run("bundle", "verify", output, "--release")


def training_data(dataset: SignDataset, sets: list[SignDataset]) -> list[dict[str, str | int]]:
    """As a bundle tells it: of each set, how many clips were taken. The ids of a set begin with its name."""
    used = [sample.id for sample in dataset.samples]
    return [
        {
            "name": each.description.name,
            "source": each.description.source,
            "license": each.description.license,
            "samples": sum(sample.startswith(each.description.name + "-") for sample in used),
        }
        for each in sets
    ]


def bundle_options(folds: Path, streams: SignDataset) -> Iterator[str | Path]:
    signers = {sample.signer for sample in streams.samples}
    for fold in sorted(folds.glob("*.chereme")):
        if signers & set(open_bundle(fold).manifest.split.held_out):
            yield from ("--bundle", fold)


MAKERS = {"asl-words": words, "asl-letters": letters, "numbers": numbers}


def main(data: Path, names: list[str]) -> None:
    for name in names or MAKERS:
        with tempfile.TemporaryDirectory() as folder:
            ship(name, MAKERS[name](data, Path(folder)), Path(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
