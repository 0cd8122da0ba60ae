"""A picture of every clip's key frame, whose name says it all."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from chereme.datasets import SignDataset
from chereme.errors import CheremeError
from chereme.evaluation.key_frames import HEIGHT, draw_key_frames
from chereme.landmarks.drawing import on_black
from chereme.models import build_model
from chereme.training.run import Run


def run_of(model: str, dataset: SignDataset, options: dict[str, Any] | None = None) -> Run:
    built = build_model(model, dataset.layout, len(dataset.glosses), options).eval()
    groups = list(dataset.layout.groups)
    return Run(built, {"model": model, "glosses": list(dataset.glosses), "groups": groups, "aspect": 4 / 3})


def test_every_clip_has_its_picture_named_by_what_was_said(toys: SignDataset, tmp_path: Path) -> None:
    pictures = draw_key_frames(run_of("key_frame", toys, {"frame_widths": (8,), "widths": (8,)}), toys, tmp_path / "k")
    assert len(pictures) == len(toys)
    assert sorted(pictures) == sorted((tmp_path / "k").iterdir())
    for index, path in enumerate(pictures):
        sample = toys.samples[index]
        expected = f"{sample.id}-{sample.gloss}-".replace(" ", "_").replace("<", "_").replace(">", "_")
        assert path.name.startswith(expected)
        frame, p = path.stem.rsplit("-", 2)[1:]
        assert 0.0 < float(p) <= 1.0
        drawn = on_black(toys[index].points[int(frame)], toys.layout, HEIGHT * 4 // 3, HEIGHT)
        assert np.array_equal(np.asarray(Image.open(path)), drawn)


def test_another_model_has_no_key_frames(toys: SignDataset, tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="lstm has no key frames"):
        draw_key_frames(run_of("lstm", toys), toys, tmp_path)
