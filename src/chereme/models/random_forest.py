"""`random_forest`: many decision trees, each grown on other clips and other questions, vote on the gloss.

After Breiman, "Random Forests" (Machine Learning, 2001): trees are grown as far as they go, and each has one vote. They
are grown by scikit-learn and then copied into tensors, so that they answer within the graph like any other model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from chereme.features.frames import HandFrames
from chereme.landmarks.layout import Layout
from chereme.models.learner import Augmenter, FittedBuffers

GRID = 1024.0
"""Steps to a palm. What differs by less is alike: else trees ask about rounding, which differs between machines."""


@dataclass(frozen=True)
class RandomForestConfig:
    moments: int = 6
    """Every clip is read at so many moments."""
    trees: int = 300
    depth: int = 24
    """The most questions that a tree asks."""


class RandomForest(FittedBuffers):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes], the logarithm of
    each gloss's share of the votes, and embedding [batch, classes], the shares."""

    fitted = ("roots", "feature", "threshold", "below", "above", "vote")

    roots: Tensor
    """The first node of each tree [trees]; the nodes of all trees stand in one row."""
    feature: Tensor
    """What a node asks about [nodes]."""
    threshold: Tensor
    """Up to and with this the way leads to `below`, else to `above` [nodes]."""
    below: Tensor
    above: Tensor
    """Nodes [nodes]; a leaf leads to itself."""
    vote: Tensor
    """The gloss that a leaf votes for [nodes]; -1 where it abstains."""
    glosses: Tensor

    def __init__(self, layout: Layout, classes: int, config: RandomForestConfig) -> None:
        super().__init__()
        self.config = config
        self.frames = HandFrames(layout, config.moments)
        self.register_buffer("glosses", torch.arange(classes, dtype=torch.int32), persistent=False)
        # until it has learned, it is one leaf that abstains
        for name in ("roots", "feature", "below", "above"):
            self.register_buffer(name, torch.zeros(1, dtype=torch.int32))
        self.register_buffer("threshold", torch.zeros(1))
        self.register_buffer("vote", torch.full((1,), -1, dtype=torch.int32))

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        features = self._features(landmarks)
        node = self.roots.long().expand(len(features), -1)
        feature, below, above = self.feature.long(), self.below.long(), self.above.long()
        for _ in range(self.config.depth):
            further = torch.gather(features, 1, feature[node]) > self.threshold[node]
            node = torch.where(further, above[node], below[node])
        votes = (self.vote[node].unsqueeze(-1) == self.glosses).to(features.dtype).sum(dim=1)
        # one vote more is split evenly, because no gloss is ruled out altogether
        shares = (votes + 1.0 / len(self.glosses)) / (len(self.roots) + 1.0)
        return torch.log(shares), shares

    @torch.no_grad()
    def learn(self, clips: Tensor, labels: Tensor, groups: Sequence[str], augment: Augmenter) -> None:
        """Grow the trees on every clip as it is, and on every clip varied once."""
        from sklearn.ensemble import RandomForestClassifier

        parts = torch.split(clips, 256)
        features = torch.cat([self._features(part) for part in (*parts, *map(augment, parts))])
        forest = RandomForestClassifier(
            self.config.trees,
            max_depth=self.config.depth,
            class_weight="balanced",
            n_jobs=torch.get_num_threads(),
            random_state=int(torch.randint(2**31, ())),
        ).fit(features.numpy(), labels.repeat(2).numpy())
        trees = [tree.tree_ for tree in forest.estimators_]
        sizes = [tree.node_count for tree in trees]
        starts = np.cumsum([0, *sizes[:-1]])
        self.roots = torch.from_numpy(starts.astype(np.int32))
        copies = [_copy(tree, start, forest.classes_) for tree, start in zip(trees, starts, strict=True)]
        for name in copies[0]:
            setattr(self, name, torch.from_numpy(np.concatenate([copy[name] for copy in copies])))

    def _features(self, landmarks: Tensor) -> Tensor:
        """Both hands in their own frames, their movement and their place at every moment, in whole steps of the grid
        [batch, features].

        As flat as the picture: z is a guess that differs between rooms, and a tree has no way to doubt it.
        """
        _, flat = self.frames(landmarks)
        features = torch.cat([flat.shape.flatten(1), flat.motion.flatten(1), flat.body.flatten(1)], dim=1)
        return torch.round(features * GRID)


def _copy(tree: Any, start: int, glosses: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """The nodes of one of scikit-learn's trees, as the buffers of the same names have them from node `start` on."""
    leaf = tree.children_left < 0
    own = np.arange(tree.node_count)
    threshold = tree.threshold.astype(np.float32)
    # scikit-learn compares with 64 bits: what is on one side there must not be on the other here
    threshold = np.where(threshold > tree.threshold, np.nextafter(threshold, np.float32(-np.inf)), threshold)
    return {
        "feature": np.where(leaf, 0, tree.feature).astype(np.int32),
        "threshold": threshold,
        "below": (start + np.where(leaf, own, tree.children_left)).astype(np.int32),
        "above": (start + np.where(leaf, own, tree.children_right)).astype(np.int32),
        "vote": glosses[tree.value[:, 0].argmax(axis=1)].astype(np.int32),
    }
