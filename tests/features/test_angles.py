"""Straight is 0, a right angle is a quarter turn, and neither place nor size counts."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from chereme.features.angles import ANGLES, angle_between, hand_angles

SPREADS = (-60.0, -20.0, 0.0, 20.0, 40.0)
"""Degrees from upright of each finger."""


def upright_hand() -> torch.Tensor:
    """Palm towards the camera, all fingers straight."""
    points = torch.zeros(21, 3)
    for finger, spread in enumerate(SPREADS):
        direction = torch.tensor([math.sin(math.radians(spread)), -math.cos(math.radians(spread)), 0.0])
        for joint in range(4):
            points[1 + 4 * finger + joint] = direction * (0.1 + 0.03 * joint)
    return points


def test_a_straight_hand_has_straight_fingers_and_its_own_spread() -> None:
    angles = hand_angles(upright_hand())
    assert angles.shape == (ANGLES,)
    assert angles[:10].abs().max() < 0.01
    spread = [math.radians(two - one) for one, two in pairwise(SPREADS)]
    assert angles[10:14].tolist() == pytest.approx(spread, abs=0.01)
    assert angles[15] == pytest.approx(0.0, abs=0.01), "it points up"
    assert abs(math.sin(angles[14])) == pytest.approx(0.0, abs=0.01), "its palm looks along the line of sight"


@pytest.mark.parametrize(("joint", "place"), [(6, 2), (7, 3)])
def test_a_right_angle_is_a_quarter_turn_in_its_own_place(joint: int, place: int) -> None:
    hand = upright_hand()
    for point in range(joint + 1, 9):
        hand[point] = hand[joint] + torch.tensor([0.0, 0.0, -0.03 * (point - joint)])
    angles = hand_angles(hand)
    assert angles[place] == pytest.approx(math.pi / 2, abs=0.01)
    others = [angles[index] for index in range(10) if index != place]
    assert max(others) < 0.01


@given(st.floats(0.5, 2.0), st.floats(-1.0, 1.0))
def test_place_and_size_do_not_matter(scale: float, shift: float) -> None:
    torch.manual_seed(0)
    hand = upright_hand() + 0.01 * torch.randn(21, 3)
    assert torch.allclose(hand_angles(hand), hand_angles(hand * scale + shift), atol=1e-3)


@given(st.floats(0.01, math.pi - 0.01))
def test_the_angle_between_two_vectors_is_what_it_was_made_of(angle: float) -> None:
    one, other = torch.tensor([1.0, 0.0, 0.0]), torch.tensor([math.cos(angle), math.sin(angle), 0.0])
    assert angle_between(one, other).item() == pytest.approx(angle, abs=1e-4)


def test_a_hand_that_is_not_there_gives_finite_numbers() -> None:
    assert torch.isfinite(hand_angles(torch.zeros(21, 3))).all()
