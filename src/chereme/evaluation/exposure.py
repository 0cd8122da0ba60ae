"""Which clips may a bundle have been trained on?"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.manifest import Manifest
from chereme.datasets.dataset import SignDataset


@dataclass(frozen=True, eq=False)
class Exposure:
    """seen: bool [clips], may have trained the bundle. why: how one knows, as half a sentence."""

    seen: NDArray[np.bool_]
    why: str


def exposure(manifest: Manifest, dataset: SignDataset, chosen: NDArray[np.int64]) -> Exposure:
    """Of the samples `chosen` of a dataset.

    The hash of the training ids proves it either way where the bundle was trained on this dataset, or on all of it but
    the chosen. Otherwise the bundle's word is taken: the names of its training data, and whom it held out. A dataset
    that was renamed or merged is not recognised.
    """
    ids = dataset.column("id")
    trained = manifest.split.train_ids_sha256
    nobody, everybody = np.zeros(len(chosen), dtype=bool), np.ones(len(chosen), dtype=bool)
    if trained in (_sha256(ids), _sha256(ids[chosen])):
        return Exposure(everybody, "their ids are those that it was trained on")
    if trained == _sha256(np.delete(ids, chosen)):
        return Exposure(nobody, "it was trained on all other clips of the dataset")
    name = dataset.description.name
    if name not in {data.name for data in manifest.training_data}:
        return Exposure(nobody, f"{name} is not named among its training data")
    split = manifest.split
    if split.kind == "held-out" and split.by in ("signer", "session"):
        unseen = np.isin(dataset.column(split.by)[chosen].astype(str), split.held_out)
        return Exposure(~unseen, f"of {name} it held out the {split.by} {', '.join(split.held_out)} only")
    return Exposure(everybody, f"{name} is among its training data")


def _sha256(ids: NDArray[Any]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()
