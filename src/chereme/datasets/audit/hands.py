"""Hands that carry the other one's name: told by the wrist they hang on, and by the way their fingers bend.

Seen from the palm or the back, fingers bend towards the palm. Whether that is to the left or the right of the line from
index to little finger tells a left hand from a right one, and needs no pose: on public sets that name their hands
rightly it is right for 95 to 99 of 100 frames with bent fingers.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.audit.finding import Finding
from chereme.datasets.audit.handshapes import HANDS, clip_aspects
from chereme.datasets.dataset import SignDataset

CLEARLY = 0.5
"""The other wrist must be nearer by this factor: hands that touch prove nothing."""

BENT = 0.3
"""From which cosine between the bend of the fingers and the palm's normal on a frame counts."""

MOSTLY = 0.8
"""Share of a clip's frames in which it must be so."""

FEW = 4
"""So few clips prove nothing."""

MANY = 0.2
"""Share of a set's clips from which on bent fingers are believed: single clips are misread more often than swapped."""


@dataclass(eq=False)
class Sides:
    """Counts, over portions of a dataset, how often a hand is the other one."""

    dataset: SignDataset
    wrist: NDArray[np.int64] = field(init=False)
    """Frames [samples, 2] in which a hand is at one of the wrists, and in which it is the wrong wrist."""
    bend: dict[str, NDArray[np.int64]] = field(init=False)
    """For each hand: frames [samples, 2] that tell, and that tell of the other hand."""

    def __post_init__(self) -> None:
        count = len(self.dataset)
        self.wrist = np.zeros((count, 2), np.int64)
        self.bend = {hand: np.zeros((count, 2), np.int64) for hand in HANDS if hand in self.dataset.layout}
        self._aspects = clip_aspects(self.dataset) if self.bend else np.zeros(0)

    def add(self, clips: NDArray[np.int64], points: NDArray[np.float16]) -> None:
        """One portion: the sample of each frame, and the frames."""
        layout = self.dataset.layout
        for hand, told in self.bend.items():
            towards = _bend(points[:, layout.slices[hand]], self._aspects[clips])
            wrong = towards > BENT if hand == "left_hand" else towards < -BENT
            self._count(told, clips, np.abs(towards) > BENT, wrong)
        if len(self.bend) == 2 and "pose" in layout:
            self._count(self.wrist, clips, *_at_a_wrist(points, layout.names))

    def findings(self) -> tuple[Finding, ...]:
        ids, found = self.dataset.column("id"), []
        swapped = _mostly(self.wrist)
        if swapped.any():
            judged = int((self.wrist[:, 0] > 0).sum())
            message = (
                f"in {swapped.sum()} of {judged} clips the left hand is at the right wrist, or the right at the left"
            )
            if swapped.sum() > judged / 2:
                message += ": the whole set is likely mirrored or misread"
            found.append(_finding("swapped-hands", message, ids[swapped]))
        for hand, told in self.bend.items():
            other, judged = _mostly(told), int((told[:, 0] > 0).sum())
            if other.sum() > max(FEW, MANY * judged):
                name, reverse = (("left", "right"), ("right", "left"))[hand == "right_hand"]
                message = (
                    f"in {other.sum()} of {judged} clips that show a {name} hand its fingers bend like those of a "
                    f"{reverse} hand: {hand} is not always the signer's {name} one"
                )
                found.append(_finding("hands-by-shape", message, ids[other]))
        return tuple(found)

    def _count(
        self,
        told: NDArray[np.int64],
        clips: NDArray[np.int64],
        sure: NDArray[np.bool_],
        wrong: NDArray[np.bool_],
    ) -> None:
        for column, frames in enumerate((sure, wrong)):
            told[:, column] += np.bincount(clips[frames], minlength=len(told))


def _finding(check: str, message: str, ids: NDArray[np.object_]) -> Finding:
    advice = "hands are exchanged, in the order of detection, or mirrored: import again with the sides put right"
    return Finding(check, "warning", message, advice, tuple((each,) for each in ids))


def _mostly(told: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.logical_and(told[:, 0] > 0, told[:, 1] >= MOSTLY * told[:, 0])


def _bend(hand: NDArray[np.float16], aspects: NDArray[np.float64]) -> NDArray[np.float32]:
    """Cosine between the palm's normal (index × little finger) and where the fingers bend [frames], 0 where unseen."""
    points = hand.astype(np.float32)
    points[..., 0] *= aspects[:, None]
    points[..., 2] *= aspects[:, None]
    normal = np.cross(points[:, 5] - points[:, 0], points[:, 17] - points[:, 0])
    towards = (points[:, [8, 12, 16, 20]] - points[:, [5, 9, 13, 17]]).mean(axis=1)
    length = np.linalg.norm(normal, axis=1) * np.linalg.norm(towards, axis=1)
    cosine = (normal * towards).sum(axis=1) / np.maximum(length, 1e-12)
    return np.asarray(np.nan_to_num(cosine), dtype=np.float32)


def _at_a_wrist(points: NDArray[np.float16], names: tuple[str, ...]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Frames in which a hand is clearly at one of the two wrists, and those in which it is the wrong one."""
    wrist = {side: points[:, names.index(f"{side}_wrist"), :2].astype(np.float32) for side in ("left", "right")}
    sure, wrong = np.zeros(len(points), np.bool_), np.zeros(len(points), np.bool_)
    for side, other in (("left", "right"), ("right", "left")):
        hand = points[:, names.index(f"{side}_hand.wrist"), :2].astype(np.float32)
        own, far = (np.linalg.norm(hand - wrist[each], axis=1) for each in (side, other))
        crossed = far < CLEARLY * own  # comparisons with NaN are false
        sure |= crossed | (own < CLEARLY * far)
        wrong |= crossed
    return sure, wrong
