"""Signs known from a few clips, in one ranking with those that the network was trained on.

In the space of a bundle (`chereme.bundles.space`) the clips of a sign lie about one direction, as if drawn from a von
Mises-Fisher distribution, all signs as closely (Banerjee et al., "Clustering on the Unit Hypersphere using von
Mises-Fisher Distributions", 2005). So the likelihood of a clip under a sign is L = exp(SHARPNESS * cosine of the angle
between them), for trained and added signs alike, and by that the two kinds share out the probability. Among trained
signs the network, which knows them better, keeps its word:

    P(added k)   ∝ CAUTION * L(k)
    P(trained c) ∝ L(trained) * network(c)

The order of trained signs never changes, and without added signs the answer is the network's own. L(trained) is the sum
over the trained signs, divided by 1 - network(idle), for idle is no one movement and the network knows it best; and,
where the network has never seen what moves there, L(idle) is added.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.manifest import Manifest
from chereme.bundles.space import Space

SHARPNESS = 16.0
"""At which the likelihood of held-out clips was highest, of glosses, people and rooms that the encoder had not seen:
between 15 and 20 wherever it was tried."""

CAUTION = float(np.exp(-0.5))
"""A trained sign was shown by more people than an added one, and must not suffer from it: without this, people whom the
network had never seen lost three signs in a hundred to added ones, with it less than one."""


class Prototypes:
    """Where the signs of a bundle lie: the trained ones, and those added."""

    def __init__(self, manifest: Manifest, space: Space, added: Mapping[str, NDArray[np.float32]]) -> None:
        """added: embeddings [clips, d] of each added sign. Those of the manifest do not count."""
        names = [gloss.gloss for gloss in manifest.glosses]
        self._space = space
        self._idle = names.index(manifest.idle) if manifest.idle is not None else None
        self._silent = [index for index in range(len(names)) if manifest.encoder and index != self._idle]
        self._added = np.array([space.prototype(clips) for clips in added.values()]).reshape(-1, space.matrix.shape[1])

    def rank(self, network: NDArray[np.float32], embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities [clips, vocabulary] from the network's own [clips, glosses] and embeddings [clips, d].

        The glosses of an encoder, which only taught it, are left out of the sharing.
        """
        directions = self._space.directions(embeddings)
        added = SHARPNESS * directions @ self._added.T + np.log(CAUTION)
        trained = self._trained(network, directions)[:, None] + np.log(np.maximum(network.astype(np.float64), 1e-30))
        evidence = np.hstack([np.delete(trained, self._silent, axis=1), added])
        shares = np.exp(evidence - np.logaddexp.reduce(evidence, axis=1, keepdims=True))
        return np.asarray(shares, dtype=np.float32)

    def _trained(self, network: NDArray[np.float32], directions: NDArray[np.float64]) -> NDArray[np.float64]:
        """log L(trained), [clips]."""
        likely = SHARPNESS * directions @ self._space.glosses.T
        if self._idle is None:
            return np.asarray(np.logaddexp.reduce(likely, axis=1))
        signs = np.logaddexp.reduce(np.delete(likely, self._idle, axis=1), axis=1)
        moving = np.maximum(1.0 - network[:, self._idle].astype(np.float64), 1e-6)
        return np.asarray(np.logaddexp(signs - np.log(moving), likely[:, self._idle]))
