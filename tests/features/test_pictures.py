"""Pictures are normalised as all over the field, and varied only in ways that leave their meaning."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from chereme.features.pictures import PictureAugment, PictureAugmentConfig, PictureInput

STILL = PictureAugmentConfig(mirror=0.0, roll=0.0, scale=0.0, shift=0.0, light=0.0)


@given(st.floats(0.0, 1.0))
def test_a_grey_picture_is_grey_less_the_mean_by_the_spread(grey: float) -> None:
    got = PictureInput(8)(torch.full((1, 1, 3, 20, 20), grey))
    expected = [(grey - 0.485) / 0.229, (grey - 0.456) / 0.224, (grey - 0.406) / 0.225]
    assert got.shape == (1, 1, 3, 8, 8)
    assert torch.allclose(got.mean(dim=(0, 1, 3, 4)), torch.tensor(expected), atol=1e-4)
    assert got.std(dim=(3, 4)).max() < 1e-4


def test_a_crop_of_224_pixels_is_made_small_without_losing_its_light() -> None:
    stripes = torch.zeros(1, 1, 3, 224, 224)
    stripes[..., ::2] = 1.0
    stripes[..., 112:] *= 0.5
    left, right = PictureInput(8)(stripes)[0, 0, 0, :, [1, 6]].unbind(dim=1)
    assert torch.allclose(left, torch.tensor((0.5 - 0.485) / 0.229), atol=0.02), "stripes become grey, not chance"
    assert torch.allclose(right, torch.tensor((0.25 - 0.485) / 0.229), atol=0.02)


def test_without_variation_a_picture_stays_as_it_is() -> None:
    pictures = torch.rand(3, 2, 3, 16, 16)
    assert torch.allclose(PictureAugment(STILL)(pictures), pictures, atol=1e-5)


def test_the_mirror_swaps_left_and_right_alone() -> None:
    pictures = torch.rand(3, 2, 3, 16, 16)
    mirrored = PictureAugment(PictureAugmentConfig(mirror=1.0, roll=0.0, scale=0.0, shift=0.0, light=0.0))(pictures)
    assert torch.allclose(mirrored, pictures.flip(-1), atol=1e-5)


def test_a_hand_is_turned_by_no_more_than_15_degrees() -> None:
    """A line from the middle upwards ends at most so far to the side."""
    pictures = torch.zeros(200, 1, 3, 101, 101)
    pictures[..., :46, 49:52] = 1.0
    config = PictureAugmentConfig(mirror=0.0, scale=0.0, shift=0.0, light=0.0)
    turned = PictureAugment(config)(pictures)[:, 0, 0, 10]
    places = (turned * torch.arange(101)).sum(dim=1) / turned.sum(dim=1) - 50
    degrees = torch.rad2deg(torch.atan(places / 40))
    assert degrees.abs().max() < 15.5
    assert degrees.max() > 10
    assert degrees.min() < -10


def test_all_frames_of_a_clip_vary_alike_and_a_seed_fixes_how() -> None:
    still = torch.rand(4, 1, 3, 16, 16).expand(-1, 5, -1, -1, -1).contiguous()
    varied = PictureAugment(seed=1)(still)
    assert torch.allclose(varied, varied[:, :1].expand_as(varied), atol=1e-6)
    assert torch.equal(varied, PictureAugment(seed=1)(still))
    assert not torch.equal(varied, PictureAugment(seed=2)(still))
    assert varied.min() >= 0.0
    assert varied.max() <= 1.0


@pytest.mark.parametrize("light", [0.0, 0.3])
def test_black_stays_black(light: float) -> None:
    assert PictureAugment(PictureAugmentConfig(light=light))(torch.zeros(2, 1, 3, 8, 8)).max() == 0.0
