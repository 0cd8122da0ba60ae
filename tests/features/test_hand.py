"""The handshape is the same however the hand is turned, and left of the picture or right of it."""

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from chereme.features.hand import HandShape, hand_scale, palm_axes


def hand(seed: int = 0) -> torch.Tensor:
    return torch.randn(1, 1, 21, 3, generator=torch.Generator().manual_seed(seed))


def shape_of(hand: torch.Tensor) -> torch.Tensor:
    shape: torch.Tensor = HandShape()(hand, hand_scale(hand))
    return shape


def rotation(yaw: float, pitch: float, roll: float) -> torch.Tensor:
    def about(axis: int, angle: float) -> torch.Tensor:
        matrix = torch.eye(3)
        a, b = [place for place in range(3) if place != axis]
        matrix[a, a] = matrix[b, b] = math.cos(angle)
        matrix[a, b], matrix[b, a] = -math.sin(angle), math.sin(angle)
        return matrix

    return about(1, yaw) @ about(0, pitch) @ about(2, roll)


angles = st.floats(-3.0, 3.0)


@given(st.integers(0, 50), angles, angles, angles)
def test_turning_the_hand_changes_neither_its_size_nor_its_shape_in_the_palm(
    seed: int, yaw: float, pitch: float, roll: float
) -> None:
    turned = hand(seed) @ rotation(yaw, pitch, roll).T
    assert torch.allclose(hand_scale(hand(seed)), hand_scale(turned), rtol=1e-3)
    shape, same = shape_of(hand(seed)), shape_of(turned)
    in_palm, distances = slice(63, 126), slice(135, None)
    assert torch.allclose(shape[..., in_palm], same[..., in_palm], atol=1e-2)
    assert torch.allclose(shape[..., distances], same[..., distances], atol=1e-3)


def test_the_palm_axes_are_orthonormal() -> None:
    axes = palm_axes(hand())
    assert torch.allclose(axes @ axes.transpose(-1, -2), torch.eye(3).expand_as(axes), atol=1e-5)


def test_the_width_is_what_it_says() -> None:
    assert shape_of(hand()).shape[-1] == HandShape.width
