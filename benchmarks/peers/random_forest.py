"""A random forest (Breiman, 2001) on landmarks at eight frames: hands in their own frame, and where the wrists are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from benchmarks.peers.hand_rows import hand_rows
from benchmarks.peers.lesson import Lesson
from chereme.landmarks import LandmarkSequence

FRAMES = 8


@dataclass(frozen=True, eq=False)
class Forest:
    trees: Any
    glosses: int

    @property
    def weights(self) -> int:
        """Two a node: which feature, and where it is cut."""
        nodes: int = sum(tree.tree_.node_count for tree in self.trees.estimators_)
        return 2 * nodes

    def __call__(self, clips: Sequence[LandmarkSequence]) -> NDArray[np.floating]:
        scores = np.zeros((len(clips), self.glosses))
        scores[:, self.trees.classes_] = self.trees.predict_proba(_features(clips))
        return scores


def fit(lesson: Lesson) -> Forest:
    trees = RandomForestClassifier(500, random_state=lesson.seed)
    return Forest(trees.fit(_features(lesson.clips), lesson.labels), len(lesson.glosses))


def _features(clips: Sequence[LandmarkSequence]) -> NDArray[np.float32]:
    return np.stack([hand_rows(clip, FRAMES).ravel() for clip in clips])
