"""The landmark model files: which they are, and that they are the right ones.

Landmarks of two different models are several pixels apart, so a recogniser is only as good as the certainty that it
sees points of the very file it was trained with. The browser loads the same file.
"""

import hashlib
from functools import cache
from pathlib import Path

from chereme.errors import CheremeError

MODEL_SHA256 = "62146e9e454ff165fc4ffc9f598c5d9b97d95dc5d3d445f83847c878e522f03e"
"""Digest of the `holistic.task` that this version works with; bundles carry it too."""

MODEL_PATH = Path(__file__).with_name("holistic.task")
"""The model as it ships inside the package (built by tools/build_holistic_task.py)."""


PALM_SHA256 = "1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54"

PALM_PATH = Path(__file__).with_name("palm_detector.tflite")
"""Where the hands are in a picture without a body (taken out of a wheel by tools/take_palm_detector.py)."""


@cache
def read_model(path: Path = MODEL_PATH, sha256: str = MODEL_SHA256) -> bytes:
    """The content of a model file, read and checked once a process. Raises CheremeError when it is not the file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheremeError(
            f"the landmark model {path} cannot be read ({error.strerror}): reinstall chereme", code="model_missing"
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CheremeError(
            f"the landmark model {path} is not the one chereme was built with (its sha256 differs): reinstall chereme",
            code="model_altered",
        )
    return content
