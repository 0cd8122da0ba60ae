"""A toy dataset of two signers, and what the toy bundle says of it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chereme.bundles.read import open_bundle
from chereme.datasets import Sample, SignDataset
from chereme.landmarks import HANDS, LandmarkSequence
from chereme.recognition.recognizer import Recognizer

TAKES = 3


@pytest.fixture(scope="session")
def toys(clip: Callable[..., NDArray[np.float32]], tmp_path_factory: pytest.TempPathFactory) -> SignDataset:
    """ann and ben sign `up`, `near`, `away` and idle, three clips each; two clips are of a gloss that nobody knows.

    One of ann's clips named `up` shows `near`, and in one of ben's named `away` no hand is seen.
    """
    empty = SignDataset.create(
        tmp_path_factory.mktemp("data") / "toys",
        name="toys",
        sign_language="ase",
        groups=HANDS.groups,
        license="CC0 1.0",
        source="https://example.org",
    )
    shown: dict[str, str | None] = {"ann up 0": "near", "ben away 0": None}
    clips = []
    for signer in ("ann", "ben"):
        for gloss in ("-", "up", "near", "away"):
            for take in range(TAKES):
                name = f"{signer} {gloss} {take}"
                points = clip(shown.get(name, gloss), seed=take)
                clips.append((Sample(name, gloss, signer, f"{signer} {take}"), LandmarkSequence(points, HANDS)))
        clips.append((Sample(f"{signer} other", "<b>other", signer), LandmarkSequence(clip("up"), HANDS)))
    return empty.append(clips)


@pytest.fixture(scope="session")
def recognizer(toy_bundle: Path) -> Recognizer:
    return Recognizer(open_bundle(toy_bundle))
