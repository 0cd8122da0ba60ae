"""How good each clip is, in figures that are kept beside the dataset: `quality.parquet`."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.layout import HAND_POINTS
from chereme.landmarks.sequence import LandmarkSequence

FILE = "quality.parquet"

HAND_GROUPS = ("left_hand", "right_hand")


@dataclass(frozen=True)
class Quality:
    """Figures of one clip, before frames are dropped; None where there is nothing to measure."""

    hands: float | None
    """Share of frames in which a hand is seen."""
    left_hand: float | None
    right_hand: float | None
    out_of_frame: float | None
    """Share of the points of the hands seen that lie beyond the picture's edge."""
    jitter: float | None
    """How much the hands tremble: the median change of velocity from frame to frame, in lengths of the palm."""
    brightness: float | None
    """Mean of the pictures, from 0 (black) to 1."""


SCHEMA = pa.schema(
    [("id", pa.large_string()), *((name, pa.float64()) for name in Quality.__dataclass_fields__)],
)


def measure(sequence: LandmarkSequence, brightness: float | None) -> Quality:
    """The figures of a clip with even frames."""
    groups = [name for name in HAND_GROUPS if name in sequence.layout]
    present = {name: float(sequence.present(name).mean()) for name in groups}
    hands = [sequence.group(name) for name in groups]
    seen = [hand[sequence.present(name)] for name, hand in zip(groups, hands, strict=True)]
    xy = np.concatenate(seen)[..., :2] if seen else np.zeros((0, 21, 2))
    shaking = np.concatenate([_trembling(hand, sequence.aspect or 1.0) for hand in hands]) if hands else np.zeros(0)
    return Quality(
        hands=float(seen_hands(sequence).mean()) if groups else None,
        left_hand=present.get("left_hand"),
        right_hand=present.get("right_hand"),
        out_of_frame=float(((xy < 0.0) | (xy > 1.0)).any(axis=-1).mean()) if len(xy) else None,
        jitter=float(np.median(shaking)) if len(shaking) else None,
        brightness=brightness,
    )


def seen_hands(sequence: LandmarkSequence) -> NDArray[np.bool_]:
    """In which frames a hand is seen, bool [frames]."""
    groups = [name for name in HAND_GROUPS if name in sequence.layout]
    seen = np.zeros(len(sequence), dtype=np.bool_)
    for name in groups:
        seen |= sequence.present(name)
    return seen


def read_quality(path: Path) -> dict[str, Quality]:
    """Figures by id of a dataset folder; empty for a dataset that was not extracted from films here."""
    file = path / FILE
    if not file.is_file():
        return {}
    try:
        rows = pq.read_table(file).select(SCHEMA.names).cast(SCHEMA).to_pylist()
    except (pa.ArrowException, OSError, KeyError) as error:
        raise CheremeError(f"{file} cannot be read as figures of quality: delete it to go on without") from error
    return {row.pop("id"): Quality(**row) for row in rows}


def write_quality(path: Path, figures: Mapping[str, Quality]) -> None:
    """Replace the figures of a dataset folder, in one step."""
    table = pa.Table.from_pylist([{"id": id_, **asdict(each)} for id_, each in figures.items()], schema=SCHEMA)
    temporary = path / f".{FILE}.writing"
    with temporary.open("wb") as stream:
        pq.write_table(table, stream)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path / FILE)


def _trembling(hand: NDArray[np.float32], aspect: float) -> NDArray[np.float32]:
    """Of each frame whose neighbours show the hand too: mean second difference of its points, in palms."""
    xy = hand[..., :2] * np.array([aspect, 1.0], dtype=np.float32)
    palm = np.linalg.norm(xy[:, HAND_POINTS.index("middle_mcp")] - xy[:, HAND_POINTS.index("wrist")], axis=-1)
    change: NDArray[np.float32] = np.linalg.norm(np.diff(xy, n=2, axis=0), axis=-1).mean(axis=-1)
    change = change / np.maximum(palm[1:-1], 1e-6)
    return change[np.isfinite(change)]
