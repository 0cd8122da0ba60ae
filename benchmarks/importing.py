"""Clips a second of a GISLR-layout import, beside the loop over pandas that one would write first, in one run.

    python -m benchmarks.importing [--clips 5000] [--json]

The tree is made up here, each file with 543 rows a frame as on Kaggle. `chereme` is the whole import: every file read,
checked, and written to a dataset. The pandas loop reads each file, takes the rows of the same three parts frame by
frame, and appends the clips to the same kind of dataset; it runs over every tenth clip, which is enough for a rate.
Kaggle's own helper, a reshape that trusts the order of the rows and is given no dataset to write, stands beside them.
"""

import argparse
import itertools
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chereme.datasets import Sample, SignDataset
from chereme.datasets.importing import find_clips, import_clips
from chereme.landmarks import BODY, HOLISTIC, LandmarkSequence
from chereme.landmarks.formats import gislr

FRAMES = (6, 12, 22, 38, 60, 105)
"""The spread of lengths of the real set, whose mean is 38."""

DIFFERENT = 60
"""Files with content of their own; the others are further names of these, so that the disk holds them."""

EVERY = 10


def make_tree(folder: Path, clips: int) -> None:
    random = np.random.default_rng(0)
    made = [folder / f"made/{number}.parquet" for number in range(DIFFERENT)]
    made[0].parent.mkdir()
    for number, file in enumerate(made):
        points = random.random((FRAMES[number % len(FRAMES)], len(HOLISTIC), 3), np.float32)
        points[::2, HOLISTIC.slices["left_hand"]] = np.nan
        gislr.write(file, LandmarkSequence(points, HOLISTIC))
    rows = ["path,participant_id,sequence_id,sign"]
    for number, content in zip(range(clips), itertools.cycle(made), strict=False):
        file = folder / f"train_landmark_files/{number % 21}/{number}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.hardlink_to(content)
        rows.append(f"{file.relative_to(folder)},{number % 21},{number},sign{number % 250}")
    (folder / "train.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def chereme(tree: Path, out: Path) -> float:
    start = time.perf_counter()
    about: dict[str, Any] = {"name": "bench", "sign_language": "ase", "license": "none", "source": "made up"}
    import_clips(find_clips(tree, "gislr"), out, format="gislr", root=tree, **about)
    return time.perf_counter() - start


def pandas_clip(file: Path) -> NDArray[np.float32]:
    """The rows of the three parts, frame by frame."""
    table = pd.read_parquet(file)
    frames = []
    for _, rows in table.groupby("frame"):
        parts = [rows[rows["type"] == part].sort_values("landmark_index")[["x", "y", "z"]] for part in BODY.groups]
        frames.append(pd.concat(parts).to_numpy(np.float32))
    return np.stack(frames)


def pandas_loop(tree: Path, out: Path) -> float:
    start = time.perf_counter()
    dataset = SignDataset.create(
        out, name="bench", sign_language="ase", groups=BODY.groups, license="none", source="made up"
    )
    clips = []
    for _, row in pd.read_csv(tree / "train.csv").iloc[::EVERY].iterrows():
        points = pandas_clip(tree / row["path"])
        clips.append((Sample(str(row["sequence_id"]), row["sign"]), LandmarkSequence(points, BODY)))
    dataset.append(clips)
    return time.perf_counter() - start


def pandas_reshape(tree: Path) -> float:
    start = time.perf_counter()
    for path in pd.read_csv(tree / "train.csv")["path"][::EVERY]:
        values = pd.read_parquet(tree / path, columns=["x", "y", "z"]).to_numpy(np.float32)
        values.reshape(-1, len(HOLISTIC), 3)
    return time.perf_counter() - start


def same(ours: SignDataset, theirs: SignDataset) -> bool:
    """Both made the same of every clip that both read."""
    return all(
        np.array_equal(ours[number * EVERY].points, theirs[number].points, equal_nan=True)
        for number in range(len(theirs))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=5000)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        tree.mkdir()
        make_tree(tree, wanted.clips)
        pandas_clip(tree / "train_landmark_files/0/0.parquet")  # the first read pays for loading
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ours = wanted.clips / chereme(tree, Path(folder) / "ours")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        some = -(-wanted.clips // EVERY)
        loop = some / pandas_loop(tree, Path(folder) / "theirs")
        reshape = some / pandas_reshape(tree)
        agree = same(SignDataset.open(Path(folder) / "ours"), SignDataset.open(Path(folder) / "theirs"))
        assert agree, "a rate counts only for the same result"
    result = {
        "clips": wanted.clips,
        "chereme": round(ours, 1),
        "pandas_loop": round(loop, 1),
        "pandas_reshape": round(reshape, 1),
        "ratio": round(ours / loop, 2),
        "memory_mb": grown >> 10,
    }
    if wanted.json:
        print(json.dumps(result))
    else:
        print(f"chereme {ours:.0f} clips/s ({grown >> 10} MB more memory), pandas loop {loop:.1f} clips/s: ", end="")
        print(f"{ours / loop:.1f} times; a reshape that writes nothing and checks nothing: {reshape:.0f} clips/s")


if __name__ == "__main__":
    main()
