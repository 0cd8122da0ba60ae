"""The skeleton of SPOTER: which joints, the boxes they are measured in, and how training varies them."""

import numpy as np
from numpy.typing import NDArray

from chereme.landmarks import LandmarkSequence
from chereme.landmarks.layout import HAND_POINTS, POSE_POINTS

BODY = (
    "nose", "neck", "right_eye", "left_eye", "right_ear", "left_ear",
    "right_shoulder", "left_shoulder", "right_elbow", "left_elbow", "right_wrist", "left_wrist",
)  # fmt: skip
NECK = BODY.index("neck")
HANDS = (slice(len(BODY), len(BODY) + len(HAND_POINTS)), slice(len(BODY) + len(HAND_POINTS), None))
JOINTS = len(BODY) + 2 * len(HAND_POINTS)


def joints(clip: LandmarkSequence) -> NDArray[np.float32]:
    """[frames, 54, 2] as fractions of the picture, NaN for missing. The neck is between the shoulders."""
    found = np.full((len(clip), JOINTS, 2), np.nan, dtype=np.float32)
    if "pose" in clip.layout:
        pose = clip.group("pose")[..., :2]
        for place, name in enumerate(BODY):
            if name in POSE_POINTS:
                found[:, place] = pose[:, POSE_POINTS.index(name)]
        found[:, NECK] = (found[:, BODY.index("left_shoulder")] + found[:, BODY.index("right_shoulder")]) / 2
    for hand, where in zip(("left_hand", "right_hand"), HANDS, strict=True):
        found[:, where] = clip.group(hand)[..., :2]
    return found


def boxed(clip: NDArray[np.float32]) -> NDArray[np.float32]:
    """Joints [frames, 54, 2] within their boxes, from -0.5 to 0.5 where they lie inside.

    The body's box is six shoulder widths wide and high, about the neck, from half a width above the eyes downwards. A
    hand's is the square about it with a tenth to spare.
    """
    found = np.empty_like(clip)
    body = clip[:, : len(BODY)]
    width = np.linalg.norm(
        body[:, BODY.index("left_shoulder")] - body[:, BODY.index("right_shoulder")], axis=1, keepdims=True
    )
    left = body[:, NECK, :1] - 3 * width
    top = body[:, BODY.index("left_eye"), 1:] - width / 2
    corner = np.concatenate([left, top], axis=1)
    found[:, : len(BODY)] = (body - corner[:, None]) / np.maximum(6 * width, 1e-6)[:, None] - 0.5
    for where in HANDS:
        hand = clip[:, where]
        low, high = hand.min(axis=1, keepdims=True), hand.max(axis=1, keepdims=True)
        side = np.maximum((high - low).max(axis=2, keepdims=True) * 1.2, 1e-6)
        found[:, where] = (hand - (low + high) / 2) / side
    return found


def augmented(clip: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """One of: turned up to 13°, squeezed up to 15 % from each side, tilted in perspective, arms turned at their joints;
    half of all clips stay as they are."""
    if random.random() < 0.5:
        return clip
    return (_turned, _squeezed, _tilted, _arms_turned)[random.integers(4)](clip, random)


def _turned(clip: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    return _about(clip, np.array([0.5, 0.5]), random.uniform(-13.0, 13.0))


def _squeezed(clip: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    left, right = random.uniform(0.0, 0.15, 2)
    narrow = clip.copy()
    narrow[..., 0] = left + clip[..., 0] * (1.0 - left - right)
    return narrow


def _tilted(clip: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """One side of the picture is farther away."""
    share = random.uniform(0.0, 0.1)
    far = clip[..., :1] if random.random() < 0.5 else 1.0 - clip[..., :1]
    return (0.5 + (clip - 0.5) / (1.0 + share * far)).astype(np.float32)


def _arms_turned(clip: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """About each joint of an arm, with chance 0.3, what hangs on it turns by up to 4°."""
    turned = clip.copy()
    for side, hand in zip(("left", "right"), HANDS, strict=True):
        arm = [BODY.index(f"{side}_{joint}") for joint in ("shoulder", "elbow", "wrist")]
        for place, joint in enumerate(arm):
            if random.random() < 0.3:
                hanging = [*arm[place + 1 :], *range(*hand.indices(JOINTS))]
                angle = random.uniform(-4.0, 4.0)
                moved = _about(turned[:, hanging], turned[:, joint, None], angle)
                turned[:, hanging] = np.where(np.isnan(moved), turned[:, hanging], moved)
    return turned


def _about(points: NDArray[np.float32], centre: NDArray[np.floating], degrees: float) -> NDArray[np.float32]:
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned: NDArray[np.float32] = ((points - centre) @ turn + centre).astype(np.float32)
    return turned
