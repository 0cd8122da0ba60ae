"""From a trained torch module to `model.onnx`, proved equal before it is handed out."""

import io
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.runtime import open_session
from chereme.errors import CheremeError

if TYPE_CHECKING:
    import torch

TOLERANCE = 1e-4
"""The largest difference between torch and ONNX Runtime: of a probability, and of an embedding as a share of its
length. Neither logits nor embeddings have a scale of their own. The clips compared are noise, far from anything a model
was trained on, where rounding weighs most.
"""


def export_onnx(module: "torch.nn.Module", points: int, lengths: Sequence[int] = (5, 20, 64)) -> bytes:
    """The module as one ONNX file, for any batch and any number of frames.

    module: `forward(landmarks float32 [batch, frames, points, 3]) -> (logits [batch, glosses], embedding [batch, d])`,
        x already multiplied by the aspect, NaN = missing; normalisation is inside.
    lengths: clip lengths at which the two are compared, on random clips, clips full of gaps and clips without anybody.

    Raises CheremeError when the answers differ by more than `TOLERANCE` or are not finite. The module is left in eval
    mode.
    """
    import torch

    module.eval()
    example = torch.from_numpy(trial_clips(2, max(lengths), points))
    with tempfile.TemporaryDirectory() as folder, torch.no_grad(), quiet():
        path = Path(folder) / "model.onnx"
        torch.onnx.export(
            module,
            (example,),
            path,
            input_names=["landmarks"],
            output_names=["logits", "embedding"],
            dynamic_shapes=({0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC},),
            dynamo=True,
            external_data=False,
            # The exporter's optimiser takes constants under 1e-8 for zero: x / sqrt(x·x + 1e-10) becomes 0 / 0. ONNX
            # Runtime optimises the graph anyway when it loads it.
            optimize=False,
            verbose=False,
        )
        content = _without_traces(path.read_bytes())
    _compare(module, content, points, lengths)
    return content


def _without_traces(content: bytes) -> bytes:
    """The exporter writes into each node where in the source it came from, folders of this machine included."""
    import onnx

    model = onnx.load_from_string(content)
    graph = model.graph
    for part in (graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    stripped: bytes = model.SerializeToString()
    return stripped


def _compare(module: "torch.nn.Module", content: bytes, points: int, lengths: Sequence[int]) -> None:
    import torch

    session = open_session(content, "the export", threads=1)
    for frames in lengths:
        for batch in (1, 5):
            clips = trial_clips(batch, frames, points)
            with torch.no_grad():
                expected = [tensor.numpy() for tensor in module(torch.from_numpy(clips))]
            got = session.run(["logits", "embedding"], {"landmarks": clips})
            for name, one, two in zip(("logits", "embedding"), expected, got, strict=True):
                for answer, where in ((one, "the model"), (two, "the exported model")):
                    if not np.isfinite(answer).all():
                        raise CheremeError(f"{where} gives {name} that are not finite on {frames} frames with gaps")
            worst = difference(expected, got)
            if worst > TOLERANCE:
                raise CheremeError(f"the exported model differs by {worst:.1e} from torch on {frames} frames")


def difference(expected: Sequence[NDArray[np.float32]], got: Sequence[NDArray[np.float32]]) -> float:
    """The largest difference between two answers, each logits [..., glosses] and embedding [..., d]: of a probability,
    or of an embedding as a share of its length."""
    pairs = zip(("logits", "embedding"), expected, got, strict=True)
    return float(np.max([np.abs(_comparable(name, one) - _comparable(name, two)).max() for name, one, two in pairs]))


def _comparable(name: str, answer: NDArray[np.float32]) -> NDArray[np.float32]:
    if name == "logits":
        raised = np.exp(answer - answer.max(axis=-1, keepdims=True))
        shares: NDArray[np.float32] = raised / raised.sum(axis=-1, keepdims=True)
        return shares
    unit: NDArray[np.float32] = answer / np.maximum(np.linalg.norm(answer, axis=-1, keepdims=True), 1.0)
    return unit


def trial_clips(batch: int, frames: int, points: int) -> NDArray[np.float32]:
    """A full clip, a clip with missing frames, one with missing points, one with nobody, one that starts late.

    float32 [batch, frames, points, 3]; in the last frame something is seen, if ever.
    """
    clips = np.random.default_rng(frames).random((5, frames, points, 3), dtype=np.float32)
    clips[1, -2::-3] = np.nan
    clips[2, :, ::2] = np.nan
    clips[3] = np.nan
    clips[4, : frames // 2] = np.nan
    return clips[:batch]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the exporter's progress lines and its warnings about its own internals off the screen."""
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(previous)
