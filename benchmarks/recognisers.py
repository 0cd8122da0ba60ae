"""What a recogniser costs: milliseconds a clip of the shipped architectures beside those that papers and tutorials use.

    python -m benchmarks.recognisers [--clips 200] [--rounds 7] [--json]

On one thread, in ONNX Runtime: one clip at a time, as a live server asks, and 1,000 clips in batches of 64, as a test
does. All have random weights, which cost the same as trained ones, the same number of glosses, and are exported in the
same way. They take turns, so that a machine that slows down slows all; of each figure the median of the rounds counts.

From raw landmarks, filling, resampling and features inside what is measured:

- `temporal_conv`: what the shipped words hold, and `chereme train` makes on request.
- `conv_transformer`: what the shipped letters hold, and the default: eight networks side by side.
- `conv_transformer, one network`: one of the eight by itself.
- `lstm 64 → 128 from landmarks`: the family `lstm` with two layers and a dense layer of 64, on 30 moments.

Bare, given numbers that somebody has prepared:

- `bare lstm 64 → 128`: the same layers on 30 frames of 177 numbers; 170,389 weights for 21 glosses.
- `bare lstm 128 → 128 → 256`: and a dense layer of 128, on 30 frames of 258 numbers (pose with visibility and both
  hands).
- `bare spoter`: a transformer of the size of SPOTER (Boháček and Hrúz, "Sign Pose-based Transformer for Word-level Sign
  Language Recognition", 2022): 6 encoder and 6 decoder layers, width 108, 9 heads, on 54 points x 2 already normalised.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.bare_networks import SpoterSized, StackedLstm, export_bare
from chereme.bundles.export import export_onnx
from chereme.bundles.runtime import open_session
from chereme.landmarks import BODY
from chereme.models import build_model

GLOSSES = 16
FRAMES = 30
BATCH = 64
MANY = 1000
MEASURE = "bare lstm 64 → 128"
"""What the others are measured by."""


@dataclass(frozen=True)
class Cost:
    """Of one recogniser. Times are milliseconds a clip, `batched` in batches of 64; each `ratio` is by `MEASURE`."""

    name: str
    weights: int
    megabytes: float
    p50: float
    p95: float
    ratio: float
    batched: float
    batched_ratio: float


@dataclass(frozen=True)
class Peer:
    name: str
    weights: int
    onnx: bytes
    clips: NDArray[np.float32]
    """A batch of 64."""


def peers() -> list[Peer]:
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    made = []
    whole: dict[str, tuple[str, dict[str, Any]]] = {
        "temporal_conv": ("temporal_conv", {}),
        "conv_transformer": ("conv_transformer", {}),
        "conv_transformer, one network": ("conv_transformer", {"views": ("flat both",)}),
        "lstm 64 → 128 from landmarks": ("lstm", {"widths": (64, 128), "dense": 64}),
    }
    for name, (family, options) in whole.items():
        model = build_model(family, BODY, GLOSSES, options)
        clips = random.random((BATCH, FRAMES, len(BODY), 3), dtype=np.float32)
        made.append(Peer(name, _weights(model), export_onnx(model, len(BODY)), clips))
    bare: dict[str, StackedLstm | SpoterSized] = {
        MEASURE: StackedLstm(177, (64, 128), dense=64, glosses=GLOSSES),
        "bare lstm 128 → 128 → 256": StackedLstm(258, (128, 128, 256), dense=128, glosses=GLOSSES),
        "bare spoter": SpoterSized(GLOSSES),
    }
    for name, module in bare.items():
        clips = random.random((BATCH, FRAMES, module.width), dtype=np.float32)
        made.append(Peer(name, _weights(module), export_bare(module, clips), clips))
    return made


def measure(*, clips: int, rounds: int) -> list[Cost]:
    """Each round: `clips` clips one at a time, and 1,000 in batches."""
    runs = [(peer, _runner(peer)) for peer in peers()]
    single: dict[str, list[NDArray[np.float64]]] = {peer.name: [] for peer, _ in runs}
    batched: dict[str, list[float]] = {peer.name: [] for peer, _ in runs}
    for _ in range(rounds):
        for peer, ask in runs:
            single[peer.name].append(_times(ask, peer.clips[:1], clips))
            batched[peer.name].append(float(_times(ask, peer.clips, -(-MANY // BATCH)).mean()) / BATCH)
    p50, p95 = (
        {name: statistics.median(float(np.percentile(each, percent)) for each in of) for name, of in single.items()}
        for percent in (50, 95)
    )
    many = {name: statistics.median(of) for name, of in batched.items()}
    return [
        Cost(
            name=peer.name,
            weights=peer.weights,
            megabytes=round(len(peer.onnx) / 1e6, 2),
            p50=round(p50[peer.name], 3),
            p95=round(p95[peer.name], 3),
            ratio=round(p50[peer.name] / p50[MEASURE], 2),
            batched=round(many[peer.name], 3),
            batched_ratio=round(many[peer.name] / many[MEASURE], 2),
        )
        for peer, _ in runs
    ]


def tables(costs: list[Cost]) -> str:
    single = [
        "| one clip at a time | weights | MB | ms p50 | ms p95 | by the bare lstm |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    single += [
        f"| {each.name} | {each.weights:,} | {each.megabytes} | {each.p50:.2f} | {each.p95:.2f} | {each.ratio:.2f} |"
        for each in costs
    ]
    batched = [
        f"| {MANY:,} clips in batches of {BATCH} | seconds | clips/s | by the bare lstm |",
        "|---|---:|---:|---:|",
    ]
    batched += [
        f"| {each.name} | {each.batched * MANY / 1000:.2f} | {1000 / each.batched:,.0f} | {each.batched_ratio:.2f} |"
        for each in costs
    ]
    return "\n".join([*single, "", *batched])


def _runner(peer: Peer) -> Callable[[NDArray[np.float32]], Any]:
    session = open_session(peer.onnx, peer.name, threads=1)
    name = session.get_inputs()[0].name
    return lambda clips: session.run(None, {name: clips})


def _times(ask: Callable[[NDArray[np.float32]], Any], clips: NDArray[np.float32], times: int) -> NDArray[np.float64]:
    """Milliseconds of each call."""
    for _ in range(3):  # what the others left in the caches
        ask(clips)
    took = np.empty(times)
    for index in range(times):
        start = time.perf_counter()
        ask(clips)
        took[index] = time.perf_counter() - start
    return took * 1000


def _weights(module: nn.Module) -> int:
    return sum(each.numel() for each in module.parameters())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=200, help="clips one at a time in a round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    wanted = parser.parse_args()
    torch.set_num_threads(1)
    costs = measure(clips=wanted.clips, rounds=wanted.rounds)
    if wanted.json:
        print(json.dumps({"frames": FRAMES, "rounds": wanted.rounds, "recognisers": [asdict(cost) for cost in costs]}))
    else:
        print(tables(costs))


if __name__ == "__main__":
    main()
