"""Run `model.tflite` as a phone does, and hold it against `model.onnx`."""

import importlib.util

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.golden import golden_clips, shares
from chereme.bundles.read import Bundle
from chereme.bundles.runtime import open_session
from chereme.errors import CheremeError

TOLERANCE = 1e-3
"""The largest difference of a probability between the two."""


class TfliteModel:
    """A network that reads one clip at a time, on one thread."""

    def __init__(self, content: bytes, name: str) -> None:
        """`name` is what an error calls the file. Raises CheremeError when it is not a network for landmarks, or when
        the runtime is not installed."""
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ModuleNotFoundError as error:
            raise CheremeError(
                f"{error.name} is not installed: to run model.tflite, `pip install ai-edge-litert`"
            ) from error
        try:
            self._answer = Interpreter(model_content=content, num_threads=1).get_signature_runner()
            inputs, outputs = self._answer.get_input_details(), self._answer.get_output_details()
        except (ValueError, RuntimeError) as error:
            raise CheremeError(f"{name} is refused: model.tflite cannot be loaded", code="bad_bundle") from error
        shape = tuple(inputs["landmarks"]["shape"]) if set(inputs) == {"landmarks"} else ()
        if len(shape) != 4 or shape[0] != 1 or shape[3] != 3 or set(outputs) != {"logits", "embedding"}:
            raise CheremeError(
                f"{name} is refused: model.tflite must read landmarks [1, frames, points, 3] and give logits and "
                "embedding",
                code="bad_bundle",
            )
        self.frames, self.points = int(shape[1]), int(shape[2])

    def run(self, clip: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """A clip float32 [at most `frames`, points, 3] → logits [glosses] and embedding [d].

        Frames of NaN follow it until there are as many as the network reads.
        """
        padded = np.full((1, self.frames, self.points, 3), np.nan, dtype=np.float32)
        padded[0, : len(clip)] = clip
        answer = self._answer(landmarks=padded)
        return answer["logits"][0], answer["embedding"][0]


def tflite_runtime_installed() -> bool:
    return importlib.util.find_spec("ai_edge_litert") is not None


def compare_tflite(bundle: Bundle) -> float:
    """The largest difference of a probability between `model.tflite` and `model.onnx` on the bundle's golden clips.

    Raises CheremeError (code `bad_bundle`) when it is above `TOLERANCE`, when they name different glosses first, or
    when `model.tflite` is not a network for the bundle's landmarks.
    """
    manifest = bundle.manifest
    session = open_session(bundle.onnx, bundle.path.name, threads=1)
    model = TfliteModel(bundle.read("model.tflite"), bundle.path.name)
    if (model.frames, model.points) != (manifest.max_frames, len(manifest.layout)):
        raise CheremeError(
            f"{bundle.path.name} is refused: model.tflite reads {model.frames} frames of {model.points} points, "
            f"bundle.json says {manifest.max_frames} of {len(manifest.layout)}",
            code="bad_bundle",
        )
    worst = 0.0
    for clip in golden_clips(bundle):
        (of_onnx,) = session.run(["logits"], {"landmarks": clip[None]})
        expected, got = (shares(each, manifest.temperature) for each in (of_onnx[0], model.run(clip)[0]))
        difference = float(np.abs(expected - got).max())
        if not difference <= TOLERANCE or expected.argmax() != got.argmax():
            raise CheremeError(
                f"{bundle.path.name} is refused: model.tflite and model.onnx differ by {difference:.1e} on a golden "
                "clip",
                code="bad_bundle",
            )
        worst = max(worst, difference)
    return worst
