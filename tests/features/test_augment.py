"""Augmentation varies a clip, keeps what is missing missing, and repeats itself for the same seed."""

import torch

from chereme.features.augment import Augment, AugmentConfig
from chereme.landmarks import BODY

STILL = AugmentConfig(
    mirror=0, roll=0, turn=0, scale=0, aspect=0, shift=0, depth=0, size=0, bones=0, curl=0, jitter=0,
    crop=0, warp=0, drop_frames=0, drop_hand=0, drop_pose=0,
)  # fmt: skip


def clips(n: int = 64) -> torch.Tensor:
    points = torch.rand(n, 12, 75, 3, generator=torch.Generator().manual_seed(0))
    points[::2, :, BODY.slices["left_hand"]] = torch.nan
    return points


def test_the_same_seed_gives_the_same_variations() -> None:
    one, two, other = (Augment(BODY, seed=seed)(clips()) for seed in (1, 1, 2))
    assert torch.equal(one.nan_to_num(), two.nan_to_num())
    assert not torch.equal(one.nan_to_num(), other.nan_to_num())


def test_the_original_is_left_alone() -> None:
    original = clips()
    Augment(BODY)(original)
    assert torch.equal(original.nan_to_num(), clips().nan_to_num())


def test_always_mirroring_swaps_hands_and_paired_points() -> None:
    config = AugmentConfig(**{**vars(STILL), "mirror": 1.0})
    mirrored = Augment(BODY, config).mirror(clips())
    left, right = BODY.slices["left_hand"], BODY.slices["right_hand"]
    assert mirrored[::2, :, right].isnan().all(), "the missing left hand became a missing right hand"
    assert torch.equal(mirrored[1::2, :, left, 1:], clips()[1::2, :, right, 1:])
    assert torch.equal(mirrored[1::2, :, left, 0], -clips()[1::2, :, right, 0])


def test_a_missing_hand_stays_missing_and_a_clip_never_loses_both() -> None:
    varied = Augment(BODY, AugmentConfig(mirror=0, drop_frames=0.9, drop_hand=1.0))(clips())
    assert varied[::2, :, BODY.slices["left_hand"]].isnan().all()
    hands = torch.cat([varied[:, :, BODY.slices[name], 0] for name in ("left_hand", "right_hand")], dim=2)
    assert (~hands.isnan()).flatten(1).any(dim=1).all()


def test_without_any_variation_the_clip_is_unchanged() -> None:
    unchanged = Augment(BODY, STILL)(clips())
    assert torch.allclose(unchanged.nan_to_num(), clips().nan_to_num(), atol=1e-4)
