"""`space.npz`: what directions of a network's embeddings mean, so that a sign can be added without training.

Clips of one gloss scatter about its mean, more in some directions than in others: people and cameras differ, and the
sign is the same. Whitening makes that scatter even (within-class covariance normalisation, Hatch et al., "Within-Class
Covariance Normalization for SVM-based Speaker Recognition", 2006). After it, the angle between two embeddings tells
whether they are of one sign, also of a sign that no network was trained on.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.arrays import pack_arrays, unpack_arrays
from chereme.errors import CheremeError

MEMBER = "space.npz"

NAMES = ("mean", "matrix", "glosses")

SHRINKAGE = 0.01
"""Share of the scatter that is taken to be the same in all directions. Chosen on glosses that an encoder was not
trained on, letters for one of words and words for one of letters; from 0.01 to 0.2 it hardly matters."""


@dataclass(frozen=True, eq=False)
class Space:
    """Embeddings as directions.

    mean: float32 [d], the middle of the glosses; matrix: float32 [d, r], makes the scatter within glosses even.
    glosses: float32 [trained glosses, r], the direction of each, of length 1; zeros for one that is not known.
    """

    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]
    glosses: NDArray[np.float32]

    def directions(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """Of embeddings [..., d]: [..., r], of length 1."""
        return _unit((embeddings.astype(np.float64) - self.mean) @ self.matrix)

    def prototype(self, clips: NDArray[np.float32]) -> NDArray[np.float64]:
        """The direction [r] of a sign, from embeddings [clips, d] of it."""
        return _unit(self.directions(clips).mean(axis=0))

    def pack(self) -> bytes:
        """As the member of a bundle."""
        return pack_arrays({name: getattr(self, name) for name in NAMES})


def fit_space(embeddings: NDArray[np.float32], labels: NDArray[np.int64], glosses: int, idle: int | None) -> Space:
    """The space of a trained network.

    embeddings: [clips, d] of clips that it was trained on; labels: [clips], of so many glosses. Every gloss weighs the
        same; one without clips has no direction. idle: the label that, as no one movement, does not shape the space.
    """
    signs = [embeddings[labels == label].astype(np.float64) for label in np.unique(labels) if label != idle]
    means = np.stack([clips.mean(axis=0) for clips in signs])
    scatters = [(clips - mean).T @ (clips - mean) / len(clips) for clips, mean in zip(signs, means, strict=True)]
    within = np.mean(scatters, axis=0)
    values, vectors = np.linalg.eigh(within)
    even = max(float(values.mean()), 1e-12)
    matrix = vectors / np.sqrt((1 - SHRINKAGE) * np.maximum(values, 0.0) + SHRINKAGE * even)
    space = Space(
        mean=means.mean(axis=0).astype(np.float32),
        matrix=matrix.astype(np.float32),
        glosses=np.zeros((glosses, len(values)), dtype=np.float32),
    )
    for label in np.unique(labels):
        space.glosses[label] = space.prototype(embeddings[labels == label])
    return space


def read_space(content: bytes, glosses: int, most_bytes: int, path: Path) -> Space:
    """`space.npz` of a bundle with so many trained glosses. Raises CheremeError (code `bad_bundle`)."""
    space = Space(*unpack_arrays(content, NAMES, most_bytes, MEMBER, path))
    arrays = [space.mean, space.matrix, space.glosses]
    kept = space.matrix.shape[-1:]
    shapes = [space.mean.shape, space.mean.shape + kept, (glosses, *kept)]
    if (
        space.mean.ndim != 1
        or [array.shape for array in arrays] != shapes
        or any(array.dtype != np.float32 or not np.isfinite(array).all() for array in arrays)
    ):
        raise CheremeError(f"{path.name} is refused: {MEMBER} has arrays of the wrong shape or type", code="bad_bundle")
    return space


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors [..., r] brought to length 1; one without length stays."""
    shortened: NDArray[np.float64] = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return shortened
