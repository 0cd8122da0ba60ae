"""A made-up sign language of three signs, two signers and idle hands, to try every command on in seconds.

    python docs/examples/make_toy_signs.py my-signs

A drawn hand goes up, across or in a circle. Scores on it say nothing about real signing.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chereme.datasets import Sample, SignDataset
from chereme.landmarks import BODY, LandmarkSequence
from chereme.landmarks.layout import POSE_POINTS

FPS, ASPECT = 15.0, 4 / 3
GLOSSES = ("-", "across", "circle", "up")
SIGNERS = {"ann": (1.0, False), "ben": (0.8, True)}
"""How large each is in the picture, and whether left-handed."""
CLIPS = 6


def hand() -> NDArray[np.float64]:
    """An open hand, wrist at the origin, fingers upwards: [21, 3]."""
    points = np.zeros((21, 3))
    for finger, spread in enumerate((-0.5, -0.22, 0.0, 0.2, 0.4)):
        for joint in range(4):
            reach = 0.04 + 0.02 * joint
            points[1 + 4 * finger + joint] = (spread * reach, -reach * (0.7 if finger == 0 else 1.0), -0.005 * joint)
    return points


def path(gloss: str, frames: int) -> NDArray[np.float64]:
    """Where the wrist goes, [frames, 2]."""
    share = np.linspace(0.0, 1.0, frames)
    if gloss == "up":
        return np.stack([np.full(frames, 0.6), 0.75 - 0.4 * share], axis=1)
    if gloss == "across":
        return np.stack([0.7 - 0.4 * share, np.full(frames, 0.5)], axis=1)
    if gloss == "circle":
        turn = 2 * np.pi * share
        return np.stack([0.6 + 0.1 * np.cos(turn), 0.5 + 0.13 * np.sin(turn)], axis=1)
    return np.stack([np.full(frames, 0.65), 0.85 + 0.01 * np.sin(9 * share)], axis=1)


def clip(gloss: str, signer: str, random: np.random.Generator) -> LandmarkSequence:
    size, left_handed = SIGNERS[signer]
    frames = int(random.integers(18, 28))
    points = np.full((frames, len(BODY), 3), np.nan)
    pose = points[:, BODY.slices["pose"]]
    pose[:, [POSE_POINTS.index(f"{side}_shoulder") for side in ("left", "right")]] = [(0.65, 0.6, 0), (0.35, 0.6, 0)]
    pose[:, POSE_POINTS.index("nose")] = (0.5, 0.35, 0)
    points[:, BODY.slices["right_hand"]] = hand() * size
    points[:, BODY.slices["right_hand"], :2] += path(gloss, frames)[:, None]
    points = 0.5 + (points - 0.5) * size + random.normal(0, 0.003, points.shape)
    made = LandmarkSequence(points.astype(np.float32), BODY, FPS, ASPECT)
    return made.mirror() if left_handed else made


def clips() -> Iterator[tuple[Sample, LandmarkSequence]]:
    random = np.random.default_rng(0)
    for signer in SIGNERS:
        for gloss in GLOSSES:
            for number in range(CLIPS):
                name = f"toy-{signer}-{gloss if gloss != '-' else 'idle'}-{number}"
                yield Sample(name, gloss, signer, session=f"{signer}-{number % 2 + 1}"), clip(gloss, signer, random)


def main(folder: Path) -> None:
    empty = SignDataset.create(
        folder,
        name="toy-signs",
        sign_language="mis",  # ISO 639-3 for a language that has no code
        groups=BODY.groups,
        license="CC0 1.0",
        source="docs/examples/make_toy_signs.py",
    )
    print(f"{folder}: {len(empty.append(clips()))} clips")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
