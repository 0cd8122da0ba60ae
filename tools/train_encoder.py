"""Make the bundle `encoder`: it learned from the sets whose weights may ship, and answers with added signs only.

    python -m tools.train_encoder DATA_FOLDER [-o bundles/encoder-1.0.0.chereme]

DATA_FOLDER holds the sets below, and photographs in images/digits. ksl-words stays out: the finished encoder is asked
what it makes of signs of a language that it has never seen (`python -m benchmarks.enrolment`), and carries the score.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from chereme.bundles.manifest import Metric
from chereme.bundles.read import open_bundle
from chereme.datasets import Sample, SignDataset
from chereme.datasets.dataset import IDLE
from chereme.landmarks import BODY
from tools.train_bundles import MADE_UP, QUICK, ROOT, SPELLING, merge, photographs, run, training_data

SETS = ("asl-words", "asl-letters", "asl-neat11", "asl-gislr2")

SAME_HANDSHAPE = {"0": "o", "2": "v", "6": "w", "9": "f"}
"""Numbers that are signed like letters. Signs that sets share are one class: other rooms and people for it."""


def train_encoder(data: Path, output: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        sets = [*(SignDataset.open(data / name) for name in SETS), photographs(data, work)]
        dataset = merge(work / "data", "every-set", sets, BODY, take)
        run("train", dataset.path, *QUICK, "--output", work / "run")
        ship(dataset, training_data(dataset, sets), data, work, output)


def ship(dataset: SignDataset, sources: list[dict[str, str | int]], data: Path, work: Path, output: Path) -> None:
    """Write the bundle, ask what it is worth, and write it again with the answer. The run lies in work / "run"."""
    about = json.loads((ROOT / "tools" / "bundles" / "encoder.json").read_text(encoding="utf-8"))
    about["training_data"] = sources
    build = ("bundle", "build", work / "run", "--data", dataset.path, "--about", work / "about.json", "-o", output)
    (work / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    run(*build)
    about["metrics"] = [metric(asked(output, data)).model_dump(mode="json")]
    (work / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    run(*build)
    output.with_suffix(".md").write_text(open_bundle(output).card, encoding="utf-8")


def asked(encoder: Path, data: Path) -> dict[str, Any]:
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "benchmarks.enrolment",
        "--data",
        data,
        "--encoder",
        encoder,
        "--json",
    ]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603  our own command
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def take(sample: Sample) -> Sample | None:
    """A gloss means one movement: the word *i* is not the letter, and nine is signed like f.

    Each says of which language it is, so that signs of one's own may have any other name.
    """
    gloss = SPELLING.get(sample.gloss, sample.gloss)
    if gloss in (*MADE_UP, "space"):
        return None
    if gloss == IDLE:
        return sample
    if gloss.isdecimal():
        sample = replace(sample, id=f"digits-{sample.id}")
        letter = SAME_HANDSHAPE.get(gloss)
        gloss = f"letter {letter}" if letter else f"number {gloss}"
    elif sample.id.startswith("asl-letters-"):
        gloss = f"letter {gloss}"
    return replace(sample, gloss=f"{gloss} (ase)")


def metric(found: dict[str, Any]) -> Metric:
    """The figure of the most clips among those of `python -m benchmarks.enrolment --json`."""
    most = found["scores"][-1]
    worst = min(most["sessions"], key=most["sessions"].get)
    return Metric(
        name="top1",
        value=most["top1"],
        interval_95=tuple(most["interval_95"]),
        n=found["clips_tested"],
        dataset=found["dataset"],
        split=f"{found['signs']} signs enrolled from {most['clips']} clips each of one session, other sessions tested",
        worst_group=worst,
        worst_value=most["sessions"][worst],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "bundles" / "encoder-1.0.0.chereme")
    wanted = parser.parse_args()
    train_encoder(wanted.data, wanted.output)


if __name__ == "__main__":
    main()
