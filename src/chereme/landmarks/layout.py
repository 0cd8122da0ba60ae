"""The body as named points: groups, their order, bones between points, and left/right pairs.

Points are those of MediaPipe Holistic. A layout is an ordered choice of groups; every array of points in this project
has its layout beside it. Left and right are the signer's own.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from chereme.errors import CheremeError
from chereme.landmarks.face_mirror import FACE_MIRROR

HAND_POINTS = (
    "wrist",
    "thumb_cmc",
    "thumb_mcp",
    "thumb_ip",
    "thumb_tip",
    "index_mcp",
    "index_pip",
    "index_dip",
    "index_tip",
    "middle_mcp",
    "middle_pip",
    "middle_dip",
    "middle_tip",
    "ring_mcp",
    "ring_pip",
    "ring_dip",
    "ring_tip",
    "pinky_mcp",
    "pinky_pip",
    "pinky_dip",
    "pinky_tip",
)

POSE_POINTS = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)

FACE_SIZE = 468
"""Points of the face mesh. They have no names; MediaPipe numbers them."""

HAND_BONES = (
    *(
        bone
        for finger in ((0, 1, 2, 3, 4), (0, 5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (0, 17, 18, 19, 20))
        for bone in pairwise(finger)
    ),
    *((5, 9), (9, 13), (13, 17)),
)

POSE_BONES = (
    (11, 12), (11, 13), (13, 15), (12, 14), (14, 16), (11, 23), (12, 24), (23, 24),
    (0, 2), (2, 7), (0, 5), (5, 8), (9, 10),
    (23, 25), (25, 27), (27, 31), (24, 26), (26, 28), (28, 32),
)  # fmt: skip

GROUP_SIZES = {
    "face": FACE_SIZE,
    "left_hand": len(HAND_POINTS),
    "pose": len(POSE_POINTS),
    "right_hand": len(HAND_POINTS),
}
"""Every group by name, in the order of public corpora (543 points in all)."""


def _pose_mirror() -> tuple[int, ...]:
    def other_side(name: str) -> str:
        if "left" in name:
            return name.replace("left", "right")
        return name.replace("right", "left")

    return tuple(POSE_POINTS.index(other_side(name)) for name in POSE_POINTS)


def _group_names(group: str) -> tuple[str, ...]:
    if group == "pose":
        return POSE_POINTS
    if group == "face":
        return tuple(f"face_{index}" for index in range(FACE_SIZE))
    return tuple(f"{group}.{name}" for name in HAND_POINTS)


@dataclass(frozen=True)
class Layout:
    """An ordered choice of groups; equal when the groups are equal."""

    groups: tuple[str, ...]

    def __post_init__(self) -> None:
        unknown = [group for group in self.groups if group not in GROUP_SIZES]
        if unknown or not self.groups or len(set(self.groups)) != len(self.groups):
            raise CheremeError(
                f"groups {list(self.groups)} are not a layout: choose among {', '.join(GROUP_SIZES)}, each once"
            )

    def __len__(self) -> int:
        """Number of points."""
        return sum(GROUP_SIZES[group] for group in self.groups)

    def __contains__(self, group: object) -> bool:
        return group in self.groups

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Where each group lies among the points."""
        slices, start = {}, 0
        for group in self.groups:
            slices[group] = slice(start, start + GROUP_SIZES[group])
            start += GROUP_SIZES[group]
        return slices

    @cached_property
    def names(self) -> tuple[str, ...]:
        """One name a point: `left_hand.index_tip`, `left_shoulder`, `face_0`."""
        return tuple(name for group in self.groups for name in _group_names(group))

    @cached_property
    def bones(self) -> tuple[tuple[int, int], ...]:
        """Pairs of point indices to be joined by a line when drawing."""
        of_group = {"left_hand": HAND_BONES, "right_hand": HAND_BONES, "pose": POSE_BONES, "face": ()}
        return tuple(
            (self.slices[group].start + start, self.slices[group].start + end)
            for group in self.groups
            for start, end in of_group[group]
        )

    @cached_property
    def mirror_order(self) -> tuple[int, ...]:
        """For each point, the index of the point on the other side of the body. Needs both hands or neither."""
        if ("left_hand" in self) != ("right_hand" in self):
            raise CheremeError("a layout with one hand only cannot be mirrored: choose both hands")
        other_hand = {"left_hand": "right_hand", "right_hand": "left_hand"}
        within = {"pose": _pose_mirror(), "face": FACE_MIRROR}
        order: list[int] = []
        for group in self.groups:
            start = self.slices[other_hand.get(group, group)].start
            order.extend(start + index for index in within.get(group, range(GROUP_SIZES[group])))
        return tuple(order)


HOLISTIC = Layout(("face", "left_hand", "pose", "right_hand"))
"""All 543 points, in the order of public corpora."""

BODY = Layout(("left_hand", "pose", "right_hand"))
"""The default: 75 points and no face mesh, because a face mesh is biometric."""

HANDS = Layout(("left_hand", "right_hand"))
"""42 points, for sets that recorded hands alone."""
