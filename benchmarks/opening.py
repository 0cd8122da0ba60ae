"""What it costs to open a large dataset and to read random clips of it, each beside the obvious way.

    python -m benchmarks.opening [--clips 100000] [--rounds 5] [--json]

The obvious way: the table through pandas into a list of dictionaries, the array through `numpy.load`. Both are measured
in processes of their own, from the page cache. The aims: opened in 1 s and below 300 MB, 64 random clips in 5 ms.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from string import Template

import numpy as np

from chereme.datasets import Sample, SignDataset
from chereme.landmarks import BODY, LandmarkSequence

FRAMES = 4
"""A short clip keeps the file small; what opening costs goes by clips."""

LONG = 30
"""Frames of a clip that is read, as most are."""

BATCH = 64

PROGRAM = Template("""
import json, pathlib, sys, time
import numpy as np
import $module
start = time.perf_counter()
$open
opened = time.perf_counter() - start
status = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
size = int(status["VmHWM"].split()[0]) / 1024
random = np.random.default_rng(0)
batches = []
for _ in range(50):
    chosen = random.integers(0, len(dataset), $batch).tolist()
    start = time.perf_counter()
    clips = [$read for i in chosen]
    batches.append(time.perf_counter() - start)
print(json.dumps({"open_s": opened, "peak_mb": size, "batch_ms": 1000 * float(np.median(batches))}))
""")


@dataclass(frozen=True)
class Side:
    """One way, as lines of the program: what it loads, how it opens `dataset`, and how it reads clip `i` of it."""

    module: str
    open: str
    read: str


SIDES = {
    "chereme": Side(
        "chereme.datasets",
        "dataset = chereme.datasets.SignDataset.open(sys.argv[1])",
        "dataset[i]",
    ),
    "pandas and numpy.load": Side(
        "pandas",
        'dataset = pandas.read_parquet(sys.argv[1] + "/samples.parquet").to_dict("records")\n'
        'points = np.load(sys.argv[1] + "/landmarks.npy")',
        'points[dataset[i]["start"] : dataset[i]["start"] + dataset[i]["frames"]].astype(np.float32)',
    ),
}


def make(folder: Path, clips: int, frames: int) -> Path:
    """A dataset of so many clips, written in portions as a long extraction would."""
    dataset = SignDataset.create(
        folder, name="large", sign_language="ase", groups=BODY.groups, license="CC0-1.0", source="this benchmark"
    )
    random = np.random.default_rng(0)
    clip = LandmarkSequence(random.random((frames, len(BODY), 3), dtype=np.float32), BODY, 15.0, 4 / 3)
    portion = 10_000
    for first in range(0, clips, portion):
        dataset.append(
            (Sample(f"clip-{n:08}", f"gloss {n % 250}", f"signer {n % 40}", f"session {n % 400}", source="film"), clip)
            for n in range(first, min(first + portion, clips))
        )
    return folder


def measure(side: Side, folder: Path, rounds: int) -> dict[str, float]:
    """Medians over rounds, each in a new process."""
    program = PROGRAM.substitute(asdict(side), batch=BATCH)
    found = []
    for _ in range(rounds):
        command = [sys.executable, "-c", program, str(folder)]
        found.append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    return {name: round(median(each[name] for each in found), 3) for name in found[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description="Opening a large dataset, beside the obvious way.")
    parser.add_argument("--clips", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        many = make(Path(folder) / "many", wanted.clips, FRAMES)
        long = make(Path(folder) / "long", min(wanted.clips, 5_000), LONG)
        found = {name: measure(side, many, wanted.rounds) for name, side in SIDES.items()}
        for name, side in SIDES.items():
            found[name]["batch_ms"] = measure(side, long, wanted.rounds)["batch_ms"]
    if wanted.json:
        print(json.dumps({"clips": wanted.clips, "batch": BATCH, "frames": LONG, "sides": found}))
        return
    for name, each in found.items():
        print(f"{name}: {wanted.clips:,} clips open in {each['open_s']:.3f} s, peak {each['peak_mb']:.0f} MB; ", end="")
        print(f"{BATCH} random clips of {LONG} frames in {each['batch_ms']:.2f} ms")


if __name__ == "__main__":
    main()
