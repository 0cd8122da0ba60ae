"""Networks that papers and tutorials use, as bare as they come: they are given numbers that somebody has prepared."""

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from chereme.bundles.runtime import open_session


class StackedLstm(nn.Module):
    """[batch, frames, width] → logits [batch, glosses]; the last hidden state of LSTMs on top of each other."""

    def __init__(self, width: int, units: tuple[int, ...], dense: int, glosses: int) -> None:
        super().__init__()
        self.width = width
        self.layers = nn.ModuleList(
            nn.LSTM(before, after, batch_first=True) for before, after in zip((width, *units), units, strict=False)
        )
        self.classify = nn.Sequential(nn.Linear(units[-1], dense), nn.ReLU(), nn.Linear(dense, glosses))

    def forward(self, frames: Tensor) -> Tensor:
        for layer in self.layers:
            frames, _ = layer(frames)
        logits: Tensor = self.classify(frames[:, -1])
        return logits


class SpoterSized(nn.Module):
    """[batch, frames, 108] → logits [batch, glosses]; one learnt query asks the encoded clip what it shows."""

    width = 108
    most_frames = 204

    def __init__(self, glosses: int) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.rand(self.most_frames, self.width))
        self.query = nn.Parameter(torch.rand(1, 1, self.width))
        encoder = nn.TransformerEncoderLayer(self.width, 9, 2048, batch_first=True)
        decoder = nn.TransformerDecoderLayer(self.width, 9, 2048, batch_first=True)
        self.encoder = nn.TransformerEncoder(encoder, 6, nn.LayerNorm(self.width), enable_nested_tensor=False)
        self.decoder = nn.TransformerDecoder(decoder, 6, nn.LayerNorm(self.width))
        self.classify = nn.Linear(self.width, glosses)

    def forward(self, frames: Tensor) -> Tensor:
        memory = self.encoder(frames + self.place[: frames.shape[1]])
        asked = self.decoder(self.query.expand(frames.shape[0], 1, self.width), memory)
        logits: Tensor = self.classify(asked[:, 0])
        return logits


def export_bare(module: nn.Module, clips: NDArray[np.float32]) -> bytes:
    """As `export_onnx` does, for prepared numbers [batch, frames, width] and any batch; torch and the export must
    agree."""
    module.eval()
    example = torch.from_numpy(clips)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad(), _silence():
        path = Path(folder) / "model.onnx"
        torch.onnx.export(
            module,
            (example,),
            path,
            dynamic_shapes=({0: torch.export.Dim.DYNAMIC},),
            dynamo=True,
            external_data=False,
            optimize=False,
            verbose=False,
        )
        content = path.read_bytes()
        expected = module(example).numpy()
    session = open_session(content, type(module).__name__, threads=1)
    got = session.run(None, {session.get_inputs()[0].name: clips})[0]
    assert np.allclose(got, expected, atol=1e-4), "the exported peer is not the peer"
    return content


@contextmanager
def _silence() -> Iterator[None]:
    """The exporter talks on standard output, where the result belongs."""
    logging.disable(logging.WARNING)
    try:
        with redirect_stdout(StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
