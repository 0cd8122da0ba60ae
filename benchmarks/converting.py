"""Which models that read landmarks can be converted for phones, and how far TFLite then is from torch.

    python -m benchmarks.converting [MODEL ...]

Small models that know nothing, on noise. It takes minutes, and an environment of its own with `chereme[tflite]`.
"""

import argparse
import sys
from typing import Any

import numpy as np
import torch

from chereme.bundles.export import difference
from chereme.bundles.export_tflite import export_tflite
from chereme.bundles.tflite import TfliteModel
from chereme.errors import CheremeError
from chereme.landmarks.layout import BODY
from chereme.models.learner import Learner
from chereme.models.registry import MODELS, build_model

CLASSES, FRAMES = 5, 32
OPTIONS: dict[str, dict[str, Any]] = {
    "key_frame": {"steps": 20},
    "lstm": {"moments": 8},  # each is converted for itself
    "random_forest": {"trees": 10},
    "skeleton_graph": {"moments": 8, "widths": (16, 32)},
    "spoter": {"moments": 8, "layers": 2},
}
"""What makes a model quick to convert, and leaves none of its parts out."""


def converted(name: str) -> str:
    """The largest difference of a probability, or of an embedding as a share of its length; or why there is none."""
    torch.manual_seed(0)
    module = build_model(name, BODY, CLASSES, OPTIONS.get(name)).eval()
    random = np.random.default_rng(0)
    clips = torch.from_numpy(random.random((2 * CLASSES, FRAMES, len(BODY), 3), dtype=np.float32))
    if isinstance(module, Learner):  # before it has learned, it may say the same of all clips
        module.learn(clips, torch.arange(2 * CLASSES) % CLASSES, ["ann", "bob"] * CLASSES, lambda varied: varied)
    try:
        model = TfliteModel(export_tflite(module, len(BODY), FRAMES), name)
    except CheremeError as error:
        return str(error)
    with torch.no_grad():
        expected = zip(*(tensor.numpy() for tensor in module(clips)), strict=True)
    apart = [difference(each, model.run(clip)) for each, clip in zip(expected, clips.numpy(), strict=True)]
    return f"{max(apart):.0e}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=list(MODELS), metavar="MODEL", help="default: all")
    rows = []
    for name in parser.parse_args().models:
        rows.append(f"| `{name}` | {converted(name)} |")
        print(rows[-1], file=sys.stderr, flush=True)
    print("| model | largest difference |\n|---|---|", *rows, sep="\n")


if __name__ == "__main__":
    main()
