"""Train one network over several sets, so that signs of any language can be added to it from a few clips.

    python tools/train_encoder.py DATA_FOLDER -o encoder-1.0.0.chereme [--steps 1200]

DATA_FOLDER holds asl-letters, asl-words, asl-neat11 and asl-gislr2, whose licences let weights ship; ksl-words stays
out, so that `python -m benchmarks.enrolment` can ask what the network makes of signs it has never seen. What is written
is a bundle that answers with added signs only: `chereme enrol encoder-1.0.0.chereme GLOSS CLIPS… -o mine.chereme`.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase

from rich.progress import Progress

from chereme.bundles.manifest import TrainingData
from chereme.datasets import Sample, SignDataset
from chereme.datasets.aspect import estimate_aspect
from chereme.datasets.merge import merge
from chereme.datasets.samples import Samples
from chereme.landmarks import BODY
from chereme.training.clips import load_clips
from chereme.training.fit import FitConfig, fit
from chereme.training.run import Run
from chereme.training.ship import About, ship

SETS = ("asl-letters", "asl-words", "asl-neat11", "asl-gislr2")

SPELLING = {"thankyou": "thank-you"}
"""Where sets spell one sign in two ways. Signs that sets share are one class: other rooms and people for it."""

MODEL, TEACHER = "temporal_conv", "conv_transformer"


def train_encoder(data: Path, output: Path, config: FitConfig) -> None:
    sets = [SignDataset.open(data / name) for name in SETS]
    with tempfile.TemporaryDirectory() as folder:
        joined = merge([ready(each) for each in sets], Path(folder) / "joined", glosses=SPELLING, groups=BODY.groups)
        aspect = estimate_aspect(joined)
        clips = load_clips(joined, joined.glosses, frames=config.frames, unknown_aspect=aspect)
        with Progress() as bar:
            task = bar.add_task("training", total=config.all_steps)
            model = fit(
                MODEL,
                clips,
                joined.layout,
                len(joined.glosses),
                config,
                progress=lambda done, _: bar.update(task, completed=done),
            )
        run = Run.of(joined, model, MODEL, config, None, joined.glosses, aspect)
        ship(run, about(sets), output, joined)


def ready(dataset: SignDataset) -> SignDataset:
    """The set with the aspect it seems to have, and letters told from words: the word *i* is another movement."""
    aspect = estimate_aspect(dataset)
    spelt = dataset.description.name == "asl-letters"

    def told(sample: Sample) -> Sample:
        letter = spelt and sample.gloss in ascii_lowercase
        return replace(
            sample, aspect=sample.aspect or aspect, gloss=f"letter {sample.gloss}" if letter else sample.gloss
        )

    return replace(dataset, samples=Samples.of(told(sample) for sample in dataset.samples))


def about(sets: list[SignDataset]) -> About:
    return About(
        name="encoder",
        version="1.0.0",
        title={"en": "Signs of your own"},
        encoder=True,
        training_data=tuple(
            TrainingData(
                name=each.description.name,
                source=each.description.source,
                license=each.description.license,
                samples=len(each),
            )
            for each in sets
        ),
        limits=(
            "It knows no sign until signs are added, and says nothing of people by whom they were not shown.",
            "It was trained on few people, most of them before one kind of camera.",
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    config = FitConfig(steps=wanted.steps, batch=40, teacher=TEACHER, seed=wanted.seed)
    train_encoder(wanted.data, wanted.output, config)


if __name__ == "__main__":
    main()
