"""Hand crops are 224 pixels square and show the hand."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from chereme.datasets.extraction import How
from chereme.datasets.extraction.clip import folder_name
from chereme.datasets.extraction.crops import hand_crop
from tests.datasets.extraction.conftest import Extract


def spot(x: float, y: float, size: float = 0.1) -> NDArray[np.float32]:
    """A hand as 21 points on a ring around a place."""
    turn = np.linspace(0, 2 * np.pi, 21)
    ring = np.stack([np.cos(turn), np.sin(turn), 0 * turn], axis=1) * size / 2
    return np.asarray(ring + np.array([x, y, 0]), dtype=np.float32)


@given(x=st.floats(-0.1, 1.1), y=st.floats(-0.1, 1.1), size=st.floats(0.001, 2.0), wide=st.integers(20, 300))
def test_every_crop_has_the_same_size(x: float, y: float, size: float, wide: int) -> None:
    crop = hand_crop(np.full((120, wide, 3), 200, dtype=np.uint8), spot(x, y, size))
    assert crop.shape == (224, 224, 3)
    assert crop.dtype == np.uint8


def test_the_hand_is_in_the_middle_with_room_around() -> None:
    rgb = np.zeros((200, 400, 3), dtype=np.uint8)
    rgb[90:110, 290:310] = 255
    crop = hand_crop(rgb, spot(0.75, 0.5, 0.05))  # 20 by 10 pixels of an oblong picture
    white = np.argwhere(crop[..., 0] > 127)
    assert np.abs(white.mean(axis=0) - 112).max() < 4
    assert (white.max(axis=0) - white.min(axis=0) > 120).all()
    assert not crop[0].any()


def test_beyond_the_edge_it_is_black() -> None:
    crop = hand_crop(np.full((100, 100, 3), 200, dtype=np.uint8), spot(0.0, 0.5, 0.4))
    assert not crop[:, :80].any()
    assert (crop[:, 140:] > 190).all()


def test_each_hand_seen_is_written_under_its_gloss(films: Path, tmp_path: Path, extract_into: Extract) -> None:
    done = extract_into(films, how=How(hand_crops=tmp_path / "crops"))
    written = sorted(path.relative_to(tmp_path / "crops").as_posix() for path in tmp_path.glob("crops/*/*"))
    assert [name for name in written if name.startswith("yes/yes%2F2")] == [
        "yes/yes%2F2.jpg-00000-left.jpg",
        "yes/yes%2F2.jpg-00000-right.jpg",
    ]
    hands = sum(int(clip.present(f"{side}_hand").sum()) for clip in done.dataset for side in ("left", "right"))
    assert len(written) == hands > 12
    with Image.open(tmp_path / "crops" / written[0]) as picture:
        assert picture.size == (224, 224)


@given(st.text())
def test_no_gloss_leads_out_of_the_folder(gloss: str) -> None:
    name = folder_name(gloss)
    assert "/" not in name
    assert "\0" not in name
    assert name not in (".", "..")
