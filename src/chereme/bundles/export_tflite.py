"""From a trained torch module to `model.tflite`: the same network for phones, proved equal before it is handed out."""

import copy
from typing import TYPE_CHECKING

from chereme.bundles.export import difference, quiet, trial_clips
from chereme.bundles.tflite import TOLERANCE, TfliteModel
from chereme.errors import CheremeError, first_line

if TYPE_CHECKING:
    import torch


def export_tflite(module: "torch.nn.Module", points: int, frames: int) -> bytes:
    """The module as one TFLite file, for one clip of at most `frames` frames.

    TFLite wants every shape fixed: what is exported reads `landmarks` float32 [1, frames, points, 3]. A shorter clip is
    filled up with frames of NaN at its end and answered as it is without them, if its own last frame shows something.
    It gives `logits` [1, glosses] and `embedding` [1, d].

    Raises CheremeError when the converter is not installed, when it cannot convert this module, and when the answers
    differ from torch by more than `TOLERANCE`. The module is left in eval mode.
    """
    try:
        import litert_torch
    except ModuleNotFoundError as error:
        raise CheremeError(
            f"{error.name} is not installed: a bundle for phones needs `pip install 'chereme[tflite]'`"
        ) from error
    import torch

    module.eval()
    example = torch.from_numpy(trial_clips(1, frames, points))
    with torch.no_grad(), quiet():
        try:
            content: bytes = litert_torch.convert(
                _by_name(module), sample_kwargs={"landmarks": example}
            ).model_content()
        except Exception as error:  # the converter raises its own, unrelated types
            raise CheremeError(f"this model cannot be converted to TFLite: {first_line(error)[:200]}") from error
    _compare(module, content, points, frames)
    return content


def _by_name(module: "torch.nn.Module") -> "torch.nn.Module":
    """The same network, with names for its outputs; those of its parts that count frames leave out the padding."""
    from torch import Tensor, nn

    class ByName(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = copy.deepcopy(module)

        def forward(self, landmarks: Tensor) -> dict[str, Tensor]:
            logits, embedding = self.network(landmarks)
            return {"logits": logits, "embedding": embedding}

    named = ByName()
    for part in named.modules():
        if hasattr(part, "padded"):
            part.padded = True  # type: ignore[assignment]
    return named.eval()


def _compare(module: "torch.nn.Module", content: bytes, points: int, frames: int) -> None:
    """Clips of several lengths, which torch reads as they are."""
    import torch

    model = TfliteModel(content, "the export")
    for length in sorted({min(length, frames) for length in (2, 5, 20, frames)}):
        clips = trial_clips(5, length, points)
        with torch.no_grad():
            expected = [tensor.numpy() for tensor in module(torch.from_numpy(clips))]
        for place, clip in enumerate(clips):
            worst = difference([answer[place] for answer in expected], model.run(clip))
            if not worst <= TOLERANCE:
                raise CheremeError(f"the exported model.tflite differs by {worst:.1e} from torch on {length} frames")
