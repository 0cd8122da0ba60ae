"""Which frame a `key_frame` model looked at, as a picture: often enough to see why it erred."""

import re
from pathlib import Path

import torch
from PIL import Image

from chereme.datasets import SignDataset
from chereme.errors import CheremeError
from chereme.landmarks.drawing import on_black
from chereme.models.key_frame import KeyFrame
from chereme.training.clips import model_input
from chereme.training.run import Run

HEIGHT = 480
"""Of a picture, in pixels."""


def draw_key_frames(run: Run, dataset: SignDataset, folder: Path) -> list[Path]:
    """A picture of the skeleton at the key frame of every clip, named ID-TRUTH-PREDICTED-FRAME-P.png.

    FRAME counts the clip's own frames from 0, P is the probability of what was predicted. Characters that are awkward
    in file names become `_`. Raises `CheremeError` for a run of another model.
    """
    model = run.model
    if not isinstance(model, KeyFrame):
        raise CheremeError(f"{run.facts['model']} has no key frames: train one with --model key_frame")
    folder.mkdir(parents=True, exist_ok=True)
    return [_draw(run, model, dataset, index, folder) for index in range(len(dataset))]


def _draw(run: Run, model: KeyFrame, dataset: SignDataset, index: int, folder: Path) -> Path:
    sample, clip, aspect = dataset.samples[index], dataset[index].select(run.layout), run.facts["aspect"]
    landmarks = model_input(clip, aspect)[None]
    with torch.inference_mode():
        p, predicted = torch.softmax(model(landmarks)[0][0], dim=0).max(dim=0)
        frame = int(model.key_frame(landmarks)[0])
    said = run.facts["glosses"][int(predicted)]
    name = re.sub(r"[^\w.+-]", "_", f"{sample.id}-{sample.gloss}-{said}-{frame}-{float(p):.2f}")
    picture = on_black(clip.points[frame], clip.layout, round(HEIGHT * (clip.aspect or aspect)), HEIGHT)
    path = folder / f"{name}.png"
    Image.fromarray(picture).save(path)
    return path
