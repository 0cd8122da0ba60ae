"""How `chereme data extract` scales: clips a second with one worker and with more, and the memory of each.

    python -m benchmarks.extraction_jobs [--clips 200] [--jobs 1 2] [--frames 15] [--json]
    python -m benchmarks.extraction_jobs --clips 1000 --jobs 2 --frames 4    # is memory flat?
    python -m benchmarks.extraction_jobs --fuzz 10000 [--seed 7]             # damaged films

Clips are cut out of the sample film. Every number of jobs extracts the same ones into a new dataset, which must be the
same, byte for byte. Memory is the resident memory of the largest worker, seen after each clip. Nothing else should run.
Damaged films are others each time, unless a seed is given: a run says its own, so that a fault can be seen again.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import psutil

from chereme.datasets.extraction import extract, open_or_create
from chereme.datasets.manifest import from_class_folders
from chereme.landmarks import BODY
from tests.datasets.extraction.conftest import digests, workers_of, write_cut
from tests.datasets.extraction.test_fuzz import damaged

FRAMES_OF_FILM = 58


@dataclass(frozen=True)
class Figures:
    jobs: int
    clips: int
    frames: int
    seconds: float
    clips_per_second: float
    cpu_seconds: float
    """Of the workers, a clip: what it costs on cores that nobody else uses, even when measured where others do."""
    peak_mb: float
    """Of the largest worker."""
    early_mb: float
    late_mb: float
    """Median over the second tenth, and over the last tenth, of the clips."""


def make_clips(folder: Path, clips: int, frames: int) -> None:
    """Class folders with so many films of so many frames; those that would be alike are copies."""
    starts = range(0, FRAMES_OF_FILM - frames + 1, max(1, frames // 2))
    cuts = [write_cut(folder / f"cuts/{start:02}.mp4", start, frames) for start in starts]
    for index in range(len(cuts), clips):
        shutil.copy(cuts[index % len(cuts)], folder / f"cuts/{index:05}-again.mp4")


def measure(source: Path, path: Path, jobs: int) -> Figures:
    """One extraction of the folder."""
    resident: list[float] = []
    clock = [0.0]
    cpu: dict[int, list[float]] = {}  # of each process: when the clock began or it was first seen, and the last time

    def look(done: int, total: int) -> None:
        print(f"\r{jobs} jobs: {done} of {total}", end="", file=sys.stderr, flush=True)
        for worker in workers_of():
            first, last = cpu.get(worker.pid, [0.0, 0.0])
            cpu[worker.pid] = [first, max(last, _cpu(worker))]
        if done == jobs:  # starting the first workers is not what is compared
            clock[0] = time.perf_counter()
            cpu.update({pid: [last, last] for pid, (_, last) in cpu.items()})
        resident.append(max((_resident(worker) for worker in workers_of()), default=0.0))

    dataset = open_or_create(path, name="b", sign_language="ase", groups=BODY.groups, license="MIT", source="benchmark")
    result = extract(from_class_folders(source), dataset, jobs=jobs, on_progress=look)
    seconds = time.perf_counter() - clock[0]
    print(file=sys.stderr)
    count, tenth = result.extracted, max(1, result.extracted // 10)
    return Figures(
        jobs=jobs,
        clips=count,
        frames=result.dataset.samples[0].frames,
        seconds=round(seconds, 2),
        clips_per_second=round((count - jobs) / seconds, 3),
        cpu_seconds=round(sum(last - first for first, last in cpu.values()) / (count - jobs), 3),
        peak_mb=round(max(resident)),
        early_mb=round(median(resident[tenth : 2 * tenth])),
        late_mb=round(median(resident[-tenth:])),
    )


def fuzz(folder: Path, films: int, seed: int) -> Counter[str]:
    """What becomes of so many damaged films; raises when anything but a clip or a reason does.

    Film N of a seed is always the same.
    """
    print(f"--fuzz {films} --seed {seed}", file=sys.stderr)
    film = write_cut(folder / "film.mp4", 20, 2).read_bytes()
    source = folder / "damaged/films"
    source.mkdir(parents=True)
    for index in range(films):
        chance = random.Random(f"{seed}/{index}")  # noqa: S311  no secret
        (source / f"{index:05}.mp4").write_bytes(damaged(film, chance))
    path = folder / "fuzzed"
    dataset = open_or_create(path, name="f", sign_language="ase", groups=BODY.groups, license="MIT", source="fuzz")
    result = extract(
        from_class_folders(source.parent),
        dataset,
        on_progress=lambda done, total: print(f"\r{done} of {total}", end="", file=sys.stderr, flush=True),
    )
    found = Counter(each.code for each in result.failed)
    found["a clip"] = result.extracted
    assert found.total() == films
    assert not {"unexpected", "worker_died", "hangs"} & found.keys(), [
        each for each in result.failed if each.code in ("unexpected", "worker_died", "hangs")
    ]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--frames", type=int, default=15, help="frames of each clip")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--fuzz", type=int, help="extract so many damaged films instead")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of --fuzz [default: the time]")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if wanted.fuzz:
            print(json.dumps(fuzz(folder, wanted.fuzz, wanted.seed), indent=1))
            return
        make_clips(folder / "films", wanted.clips, wanted.frames)
        runs = [measure(folder / "films", folder / f"jobs-{jobs}", jobs) for jobs in wanted.jobs]
        assert len({str(digests(folder / f"jobs-{jobs}")) for jobs in wanted.jobs}) == 1, "results differ"
    first = runs[0].clips_per_second
    if wanted.json:
        print(json.dumps([{**asdict(run), "ratio": round(run.clips_per_second / first, 2)} for run in runs]))
        return
    print("| jobs | clips/s | by the first | CPU s a clip | peak MB a worker | MB early | MB late |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for run in runs:
        speed = f"{run.clips_per_second} | {run.clips_per_second / first:.2f} | {run.cpu_seconds}"
        print(f"| {run.jobs} | {speed} | {run.peak_mb} | {run.early_mb} | {run.late_mb} |")


def _cpu(worker: psutil.Process) -> float:
    try:
        times = worker.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _resident(worker: psutil.Process) -> float:
    try:
        return float(worker.memory_info().rss) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


if __name__ == "__main__":
    main()
