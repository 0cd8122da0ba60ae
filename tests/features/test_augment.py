"""Augmentation varies a clip, keeps what is missing missing, and repeats itself for the same seed."""

import torch

from chereme.features.augment import Augment, AugmentConfig
from chereme.landmarks import BODY

STILL = AugmentConfig(
    mirror=0, roll=0, turn=0, scale=0, aspect=0, shift=0, depth=0, size=0, bones=0, curl=0, jitter=0,
    crop=0, warp=0, rest=0, drop_frames=0, drop_hand=0, drop_pose=0,
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
    varied = Augment(BODY, AugmentConfig(mirror=0, rest=0, drop_frames=0.9, drop_hand=1.0))(clips())
    assert varied[::2, :, BODY.slices["left_hand"]].isnan().all()
    hands = torch.cat([varied[:, :, BODY.slices[name], 0] for name in ("left_hand", "right_hand")], dim=2)
    assert (~hands.isnan()).flatten(1).any(dim=1).all()


def test_without_any_variation_the_clip_is_unchanged() -> None:
    unchanged = Augment(BODY, STILL)(clips())
    assert torch.allclose(unchanged.nan_to_num(), clips().nan_to_num(), atol=1e-4)


def test_a_resting_hand_lies_still_and_below_the_one_that_signs() -> None:
    rested = Augment(BODY, AugmentConfig(**{**vars(STILL), "rest": 1.0})).rest(clips())
    left, right = BODY.slices["left_hand"], BODY.slices["right_hand"]
    assert torch.equal(rested[:, :, right], clips()[:, :, right]), "the hand that signs is as it was"
    assert torch.equal(rested[1::2, :, left], clips()[1::2, :, left]), "two-handed signs are left alone"
    seen = ~rested[::2, :, left][..., 0].isnan()
    assert torch.equal(seen.any(dim=2), seen.all(dim=2)), "a hand is seen whole or not at all"
    resting = [clip[shown[:, 0]] for clip, shown in zip(rested[::2, :, left], seen, strict=True) if shown.any()]
    assert len(resting) > 5
    assert all(torch.equal(clip, clip[:1].expand_as(clip)) for clip in resting)
    above = clips()[::2, :, right][:, :, 0, 1].mean(dim=1)
    below = rested[::2, :, left][:, :, 0, 1].nanmean(dim=1)
    assert (below > above)[seen.flatten(1).any(dim=1)].all()
