"""What a recogniser costs: milliseconds a clip of the shipped architecture beside two that papers and tutorials use.

    python -m benchmarks.recognisers [--clips 200] [--rounds 7] [--json]

One clip at a time, on one thread, in ONNX Runtime, as a live server asks. All have random weights, which cost the same
as trained ones, the same number of glosses, and are exported in the same way. They take turns, so that a machine that
slows down slows all; of each figure the median of the rounds counts.

- `small lstm`: LSTM 64 → 128 and a dense layer of 64, on 30 frames of 177 numbers; 170,389 weights for 21 glosses.
- `lstm`: LSTM 128 → 128 → 256 and a dense layer of 128, on 30 frames of 258 numbers (pose with visibility and both
  hands). Both are given numbers that must be prepared outside.
- `spoter`: a transformer of the size of SPOTER (Boháček and Hrúz, "Sign Pose-based Transformer for Word-level Sign
  Language Recognition", 2022): 6 encoder and 6 decoder layers, width 108, 9 heads, on 54 points x 2 already normalised.

Ours takes raw landmarks: filling, resampling and features are inside what is measured.
"""

import argparse
import io
import json
import logging
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from chereme.bundles.export import export_onnx
from chereme.bundles.runtime import open_session
from chereme.landmarks import BODY
from chereme.models import build_model

GLOSSES = 16
FRAMES = 30
OURS = "conv_transformer"


class StackedLstm(nn.Module):
    """[batch, frames, width] → logits [batch, glosses]; the last hidden state of LSTMs on top of each other."""

    def __init__(self, width: int, units: tuple[int, ...], dense: int) -> None:
        super().__init__()
        self.width = width
        self.layers = nn.ModuleList(
            nn.LSTM(before, after, batch_first=True) for before, after in zip((width, *units), units, strict=False)
        )
        self.classify = nn.Sequential(nn.Linear(units[-1], dense), nn.ReLU(), nn.Linear(dense, GLOSSES))

    def forward(self, frames: Tensor) -> Tensor:
        for layer in self.layers:
            frames, _ = layer(frames)
        logits: Tensor = self.classify(frames[:, -1])
        return logits


class SpoterSized(nn.Module):
    """[batch, frames, 108] → logits [batch, glosses]; one learnt query asks the encoded clip what it shows."""

    width = 108
    most_frames = 204

    def __init__(self) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.rand(self.most_frames, self.width))
        self.query = nn.Parameter(torch.rand(1, 1, self.width))
        encoder = nn.TransformerEncoderLayer(self.width, 9, 2048, batch_first=True)
        decoder = nn.TransformerDecoderLayer(self.width, 9, 2048, batch_first=True)
        self.encoder = nn.TransformerEncoder(encoder, 6, nn.LayerNorm(self.width), enable_nested_tensor=False)
        self.decoder = nn.TransformerDecoder(decoder, 6, nn.LayerNorm(self.width))
        self.classify = nn.Linear(self.width, GLOSSES)

    def forward(self, frames: Tensor) -> Tensor:
        memory = self.encoder(frames + self.place[: frames.shape[1]])
        asked = self.decoder(self.query.expand(frames.shape[0], 1, self.width), memory)
        logits: Tensor = self.classify(asked[:, 0])
        return logits


@dataclass(frozen=True)
class Cost:
    """Of one recogniser. Times are milliseconds a clip; `ratio` is its median time by ours."""

    name: str
    weights: int
    megabytes: float
    p50: float
    p95: float
    ratio: float


@dataclass(frozen=True)
class Peer:
    name: str
    weights: int
    onnx: bytes
    clip: NDArray[np.float32]
    """A batch of one."""


def peers() -> list[Peer]:
    """Ours first."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    ours = build_model(OURS, BODY, GLOSSES)
    clip = random.random((1, FRAMES, len(BODY), 3), dtype=np.float32)
    made = [Peer(OURS, _weights(ours), export_onnx(ours, len(BODY)), clip)]
    theirs: dict[str, StackedLstm | SpoterSized] = {
        "small lstm": StackedLstm(177, (64, 128), dense=64),
        "lstm": StackedLstm(258, (128, 128, 256), dense=128),
        "spoter": SpoterSized(),
    }
    for name, module in theirs.items():
        clip = random.random((1, FRAMES, module.width), dtype=np.float32)
        made.append(Peer(name, _weights(module), _export(module, clip), clip))
    return made


def measure(*, clips: int, rounds: int) -> list[Cost]:
    runs = [(peer, _runner(peer)) for peer in peers()]
    times: dict[str, list[NDArray[np.float64]]] = {peer.name: [] for peer, _ in runs}
    for _ in range(rounds):
        for peer, ask in runs:
            times[peer.name].append(_round(ask, clips))
    median = {
        name: [statistics.median(float(np.percentile(each, percent)) for each in of) for percent in (50, 95)]
        for name, of in times.items()
    }
    return [
        Cost(
            peer.name,
            peer.weights,
            round(len(peer.onnx) / 1e6, 2),
            round(median[peer.name][0], 3),
            round(median[peer.name][1], 3),
            round(median[peer.name][0] / median[OURS][0], 2),
        )
        for peer, _ in runs
    ]


def table(costs: list[Cost]) -> str:
    lines = ["| recogniser | weights | MB | ms p50 | ms p95 | by ours |", "|---|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {each.name} | {each.weights:,} | {each.megabytes} | {each.p50:.2f} | {each.p95:.2f} | {each.ratio:.2f} |"
        for each in costs
    ]
    return "\n".join(lines)


def _runner(peer: Peer) -> Callable[[], Any]:
    session = open_session(peer.onnx, peer.name, threads=1)
    name = session.get_inputs()[0].name
    return lambda: session.run(None, {name: peer.clip})


def _round(ask: Callable[[], Any], clips: int) -> NDArray[np.float64]:
    for _ in range(5):  # what the others left in the caches
        ask()
    took = np.empty(clips)
    for index in range(clips):
        start = time.perf_counter()
        ask()
        took[index] = time.perf_counter() - start
    return took * 1000


def _weights(module: nn.Module) -> int:
    return sum(each.numel() for each in module.parameters())


def _export(module: nn.Module, clip: NDArray[np.float32]) -> bytes:
    """As `export_onnx` does, for inputs of another shape; torch and the export must agree."""
    module.eval()
    example = torch.from_numpy(clip)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad(), _silence():
        path = Path(folder) / "model.onnx"
        torch.onnx.export(module, (example,), path, dynamo=True, external_data=False, optimize=False, verbose=False)
        content = path.read_bytes()
        expected = module(example).numpy()
    session = open_session(content, type(module).__name__, threads=1)
    got = session.run(None, {session.get_inputs()[0].name: clip})[0]
    assert np.allclose(got, expected, atol=1e-4), "the exported peer is not the peer"
    return content


@contextmanager
def _silence() -> Iterator[None]:
    """The exporter talks on standard output, where the result belongs."""
    logging.disable(logging.WARNING)
    try:
        with redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=200, help="clips in a round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    wanted = parser.parse_args()
    torch.set_num_threads(1)
    costs = measure(clips=wanted.clips, rounds=wanted.rounds)
    if wanted.json:
        print(json.dumps({"frames": FRAMES, "rounds": wanted.rounds, "recognisers": [asdict(cost) for cost in costs]}))
    else:
        print(table(costs))


if __name__ == "__main__":
    main()
