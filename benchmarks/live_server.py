"""How many signers does a live server hold, and how fast does it answer them?

    python -m benchmarks.live_server --data DATASET --bundle asl-words

Starts `chereme serve` in a process of its own and lets more and more sessions replay the clips of a dataset at 25
frames a second, until the 95th percentile of the latency reaches 100 ms or a frame is dropped. Server and load share
the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import uvloop
from numpy.typing import NDArray

from benchmarks.live_load import Heard, Stream, load
from chereme.bundles.manifest import Manifest
from chereme.bundles.read import open_bundle
from chereme.bundles.shipped import find_bundle
from chereme.datasets.dataset import SignDataset
from chereme.recognition.live import LiveSession

FPS = 25.0
LIMIT_MS = 100.0
PHRASE = 3
"""Clips that follow one another without a pause."""
PAUSE_FRAMES = 20
"""Frames without anybody between two phrases."""


@dataclass(frozen=True)
class Row:
    """One load. Latencies are 50th and 95th percentiles in milliseconds, None where nothing was heard."""

    sessions: int
    frames_per_second: float
    answers_per_second: float
    answer_rate_per_session: float
    words: int
    server_p50: float | None
    """From the newest frame's arrival to its answer, as the server says."""
    server_p95: float | None
    answer_p50: float | None
    """From sending the frame that made an answer due to hearing it, waiting for the model and the network included."""
    answer_p95: float | None
    dropped: int
    errors: int
    generator_late_p95: float
    server_cores: float | None

    @property
    def holds(self) -> bool:
        worst = max((each for each in (self.server_p95, self.answer_p95) if each is not None), default=float("inf"))
        return worst < LIMIT_MS and self.dropped == 0 and self.errors == 0


def streams_of(data: Path, manifest: Manifest, *, count: int = 16, seconds: float = 30) -> list[Stream]:
    """Recorded clips, in phrases of three with pauses between."""
    dataset = SignDataset.open(data)
    order = iter(np.random.default_rng(0).permutation(len(dataset)).tolist())
    return [_stream(dataset, order, manifest, seconds) for _ in range(count)]


def _stream(dataset: SignDataset, order: Iterator[int], manifest: Manifest, seconds: float) -> Stream:
    session = LiveSession(Silent(manifest), language=next(iter(manifest.languages), "en"), aspect=manifest.aspect)
    nobody = np.full((PAUSE_FRAMES, len(manifest.layout), 3), np.nan, dtype=np.float32)
    nothing = np.zeros(len(manifest.glosses), dtype=np.float32)
    frames: list[bytes] = []
    beginnings, causes = [], []
    while len(frames) < seconds * FPS:
        beginnings.append(len(frames))
        first = True
        for points in (*(_clip(dataset, next(order), manifest) for _ in range(PHRASE)), nobody):
            for each in points:
                session.feed(len(frames) * 1000 / FPS, each)
                if session.due() is not None:
                    if first:
                        causes.append(len(frames))
                    first = False
                    session.advance(nothing)
                frames.append(each.astype("<f4").tobytes())
    return Stream(frames, beginnings, frozenset(causes))


class Silent:
    """Stands for a recogniser where only the time of the questions matters."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest

    def fit(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        return points

    def probabilities(self, clips: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.zeros((len(clips), len(self.manifest.glosses)), dtype=np.float32)


def _clip(dataset: SignDataset, index: int, manifest: Manifest) -> NDArray[np.float32]:
    clip = dataset[index].select(manifest.layout)
    if len(clip) == 1:  # a still picture is held for a second, as a fingerspelled letter is
        return np.repeat(clip.points, int(FPS), axis=0)
    return clip.points if clip.fps is None else clip.resample(FPS).points


@contextmanager
def server(bundle: Path) -> Iterator[tuple[str, int]]:
    """A server in a process of its own: its address and its process id."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "CHEREME_DATA_DIR": folder, "CHEREME_MAX_SESSIONS": "100000"}
        command = [sys.executable, "-c", "from chereme.cli.main import run; run()", "serve", "--port", "0"]
        with subprocess.Popen(
            [*command, "--bundle", str(bundle)], stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                if "http" not in line:
                    sys.exit("the server did not start")
                yield line.split()[3].replace("localhost", "127.0.0.1"), process.pid
            finally:
                process.terminate()


def processor_seconds(process: int) -> float | None:
    """Time that a process has computed, None where the system does not tell it this way."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(
    address: str, process: int, manifest: Manifest, streams: Sequence[Stream], sessions: int, seconds: float
) -> Row:
    start = {
        "type": "start",
        "bundle": manifest.name,
        "language": next(iter(manifest.languages), "en"),
        "input": "landmarks",
        "mode": "continuous",
        "aspect": manifest.aspect,
    }
    computed, began = processor_seconds(process), time.monotonic()
    heard = uvloop.run(load(address, start, streams, sessions=sessions, fps=FPS, warm_s=2.0, seconds=seconds))
    after = processor_seconds(process)
    cores = None if computed is None or after is None else (after - computed) / (time.monotonic() - began)
    return summarise(heard, seconds, cores)


def summarise(heard: Sequence[Heard], seconds: float, cores: float | None) -> Row:
    def percentile(values: list[float], percent: float) -> float | None:
        return round(float(np.percentile(values, percent)), 1) if values else None

    server_ms = [each for one in heard for each in one.server_ms]
    answer_ms = [each for one in heard for each in one.answer_ms]
    answers = sum(one.answers for one in heard)
    return Row(
        sessions=len(heard),
        frames_per_second=round(sum(one.sent for one in heard) / seconds, 1),
        answers_per_second=round(answers / seconds, 1),
        answer_rate_per_session=round(answers / seconds / len(heard), 2),
        words=sum(one.words for one in heard),
        server_p50=percentile(server_ms, 50),
        server_p95=percentile(server_ms, 95),
        answer_p50=percentile(answer_ms, 50),
        answer_p95=percentile(answer_ms, 95),
        dropped=sum(one.dropped for one in heard),
        errors=sum(len(one.errors) for one in heard),
        generator_late_p95=percentile([each for one in heard for each in one.late_ms], 95) or 0.0,
        server_cores=None if cores is None else round(cores, 2),
    )


def search(measure_at: Callable[[int], Row], granularity: int) -> list[Row]:
    """Doubles the load until it no longer holds, then halves the gap."""
    rows: list[Row] = []
    holds, fails = 0, 8
    while (row := measure_at(fails)).holds:
        rows.append(row)
        holds, fails = fails, fails * 2
    rows.append(row)
    while fails - holds > granularity:
        middle = (holds + fails) // 2
        row = measure_at(middle)
        rows.append(row)
        if row.holds:
            holds = middle
        else:
            fails = middle
    return rows


def table(rows: Sequence[Row]) -> str:
    head = [
        "sessions", "frames/s", "answers/s", "a session", "words", "server p50", "p95", "answer p50", "p95",
        "dropped", "errors", "generator late p95", "server cores", "holds",
    ]  # fmt: skip
    body = [
        [
            row.sessions, row.frames_per_second, row.answers_per_second, row.answer_rate_per_session, row.words,
            row.server_p50, row.server_p95, row.answer_p50, row.answer_p95, row.dropped, row.errors,
            row.generator_late_p95, row.server_cores, "yes" if row.holds else "no",
        ]
        for row in sorted(rows, key=lambda row: row.sessions)
    ]  # fmt: skip
    lines = [head, ["---:"] * len(head), *[["–" if each is None else str(each) for each in row] for row in body]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="dataset folder whose clips are replayed")
    parser.add_argument("--bundle", default="asl-words", help="bundle to serve, by path or name")
    parser.add_argument("--sessions", type=int, nargs="*", help="measure these loads instead of searching the highest")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each measurement")
    parser.add_argument("--granularity", type=int, default=8, help="how closely the highest load is searched")
    parser.add_argument("--json", type=Path, help="also write the rows here")
    chosen = parser.parse_args()

    path = find_bundle(chosen.bundle)
    manifest = open_bundle(path).manifest
    streams = streams_of(chosen.data, manifest)
    with server(path) as (address, process):

        def measure_at(sessions: int) -> Row:
            row = measure(address, process, manifest, streams, sessions, chosen.seconds)
            print(
                f"{sessions} sessions: server p95 {row.server_p95} ms, answer p95 {row.answer_p95} ms", file=sys.stderr
            )
            return row

        if chosen.sessions:
            rows = [measure_at(sessions) for sessions in chosen.sessions]
        else:
            rows = search(measure_at, chosen.granularity)
    print(table(rows))
    best = max((row.sessions for row in rows if row.holds), default=0)
    print(f"\nHolds {best} sessions at {FPS:g} frames a second with p95 below {LIMIT_MS:g} ms.")
    if chosen.json:
        chosen.json.write_text(json.dumps({"holds": best, "rows": [asdict(row) for row in rows]}, indent=1))


if __name__ == "__main__":
    main()
