"""Settings of all tests, and a toy sign language that every part can be tested with, and its bundle.

The hand's height and depth say it all: `up`, `near` and `away` are held at three places, idle is a lowered hand. Left
and right hand count alike.
"""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from chereme.landmarks.layout import HANDS

# What tests score is counted and kept apart from what the person at this machine scores.
RUNS = TemporaryDirectory(prefix="chereme-runs-")
os.environ["CHEREME_RUNS"] = RUNS.name
os.environ["CHEREME_TRACKER"] = "none"

# Machines differ in speed; a slow disk is not a broken promise.
settings.register_profile("chereme", deadline=None, max_examples=50)
settings.load_profile("chereme")

PLACES = {"-": (0.8, 0.0), "up": (0.2, 0.0), "near": (0.5, -0.6), "away": (0.5, 0.6)}
"""y and z of the hand for each gloss."""

FPS = 15.0


def toy_fields() -> dict[str, Any]:
    return {
        "name": "toy",
        "version": "1.0.0",
        "title": {"en": "Toy"},
        "sign_language": "ase",
        "glosses": [
            {"gloss": "-"},
            {"gloss": "up", "texts": {"en": "Up", "vi": "Lên"}},
            {"gloss": "near", "texts": {"en": "near"}},
            {"gloss": "away", "texts": {"en": "how are you?"}},
        ],
        "idle": "-",
        "groups": HANDS.groups,
        "fps": FPS,
        "aspect": 4 / 3,
        "min_frames": 5,
        "max_frames": 64,
        "temperature": 1.0,
        "spotting": {"window_s": 1.0, "min_confidence": 0.6, "hold_s": 0.3, "pause_s": 0.5},
        "training_data": [{"name": "toys", "source": "https://example.org", "license": "CC0 1.0", "samples": 4}],
        "split": {"kind": "held-out", "by": "signer", "held_out": ["ann"], "train_ids_sha256": "0" * 64},
        "metrics": [
            {
                "name": "top1",
                "value": 0.9,
                "interval_95": [0.8, 0.95],
                "n": 50,
                "dataset": "toys",
                "split": "leave-one-signer-out",
            }
        ],
        "idle_false_positives_per_minute": 0.5,
        "landmark_model_sha256": "0" * 64,
        "code_version": "0.0.1",
    }


def toy_clip(gloss: str | None, frames: int = 20, *, hand: str = "right_hand", seed: int = 0) -> NDArray[np.float32]:
    """One sign at FPS, float32 [frames, 42, 3]; None: nobody in view."""
    points = np.full((frames, len(HANDS), 3), np.nan, dtype=np.float32)
    if gloss is not None:
        noise = np.random.default_rng(seed).normal(0, 0.01, (frames, 21, 3))
        points[:, HANDS.slices[hand]] = np.array([0.5, *PLACES[gloss]]) + noise
    return points


def _toy_module() -> Any:
    import torch

    class Toy(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.places = torch.nn.Parameter(torch.tensor(list(PLACES.values())))

        def forward(self, landmarks: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            where = landmarks[..., 1:]
            seen = ~torch.isnan(where)
            total = torch.where(seen, where, torch.zeros_like(where)).sum(dim=(1, 2))
            mean = total / seen.sum(dim=(1, 2)).clamp(min=1)
            distance = ((mean[:, None] - self.places) ** 2).sum(dim=-1)
            return -30.0 * distance, mean

    return Toy()


@pytest.fixture(scope="session")
def fields() -> Callable[[], dict[str, Any]]:
    """Makes fresh manifest fields of the toy bundle."""
    return toy_fields


@pytest.fixture(scope="session")
def clip() -> Callable[..., NDArray[np.float32]]:
    """Makes one toy sign."""
    return toy_clip


@pytest.fixture(scope="session")
def toy_module() -> Any:
    """The toy model in torch."""
    return _toy_module()


@pytest.fixture(scope="session")
def toy_onnx(toy_module: Any) -> bytes:
    from chereme.bundles.export import export_onnx

    return export_onnx(toy_module, len(HANDS), lengths=(5, 20))


@pytest.fixture(scope="session")
def toy_bundle(toy_onnx: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from chereme.bundles.write import write_bundle
    from chereme.landmarks.sequence import LandmarkSequence

    path = tmp_path_factory.mktemp("bundles") / "toy-1.0.0.chereme"
    exemplars = {gloss: LandmarkSequence(toy_clip(gloss), HANDS, FPS, 1.5) for gloss in ("up", "near", "away")}
    write_bundle(path, toy_fields(), toy_onnx, "# Toy\n", exemplars)
    return path
