"""What the quick network sees does not depend on where the signer sits, how near, or which hand leads."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from chereme.features.frames import HandFrames
from chereme.features.glance import Glance
from chereme.landmarks import BODY, HANDS
from tests.features.test_frames import signing

DEPTH_OF_MIDDLE_TIP = 38
"""Of a hand's features: how far the tip of its middle finger is from the wrist, which no lean of the camera changes."""


def close(some: tuple[Tensor, Tensor], others: tuple[Tensor, Tensor], tolerance: float = 1e-3) -> bool:
    return all(torch.allclose(one, other, atol=tolerance) for one, other in zip(some, others, strict=True))


@given(st.floats(0.5, 2.0), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_scale_and_place_in_the_picture_do_not_matter(scale: float, right: float, down: float) -> None:
    glance = Glance(BODY, 16).eval()
    clip = signing()
    assert close(glance(clip), glance(clip * scale + torch.tensor([right, down, 0.0])))


@given(st.integers(0, 20))
def test_a_left_handed_signer_gives_the_same_features(seed: int) -> None:
    glance = Glance(BODY, 16).eval()
    clip = signing(seed)
    mirrored = clip[:, :, list(BODY.mirror_order)] * torch.tensor([-1.0, 1.0, 1.0])
    assert close(glance(clip), glance(mirrored), tolerance=1e-4)


@given(st.integers(0, 20))
def test_the_hand_that_leads_is_the_one_that_leads_elsewhere(seed: int) -> None:
    clip = signing(seed)
    clip[:, :, BODY.slices["right_hand"], 1] -= 0.6  # up
    hands, _ = Glance(BODY, 16).eval()(clip)
    solid, _ = HandFrames(BODY, 16).eval()(clip)
    tips = hands[..., DEPTH_OF_MIDDLE_TIP]
    assert torch.allclose(tips[0, :, 0], solid.shape[0, :, 0, DEPTH_OF_MIDDLE_TIP], atol=1e-3)
    assert not torch.allclose(tips[0, :, 0], tips[0, :, 1], atol=1e-3)


def test_in_training_alone_a_clip_in_which_neither_hand_leads_is_seen_both_ways() -> None:
    glance = Glance(BODY, 16)
    clip = signing()
    left, right = BODY.slices["left_hand"], BODY.slices["right_hand"]
    clip[:, :, right] = clip[:, :, left] * torch.tensor([-1.0, 1.0, 0.5]) + torch.tensor([1.0, 0.0, 0.0])
    torch.manual_seed(0)
    assert len({float(glance(clip)[0][0, 0, 0, 5]) for _ in range(20)}) == 2
    glance.eval()
    assert len({float(glance(clip)[0][0, 0, 0, 5]) for _ in range(20)}) == 1


def test_what_is_missing_is_zero_and_nothing_is_infinite() -> None:
    glance = Glance(BODY, 16).eval()
    clip = signing()
    no_left, no_pose, nobody = clip.clone(), clip.clone(), clip.clone()
    no_left[:, :, BODY.slices["left_hand"]] = torch.nan
    no_pose[:, :, BODY.slices["pose"]] = torch.nan
    nobody[:] = torch.nan
    for case in (no_left, no_pose, nobody):
        assert all(torch.isfinite(part).all() for part in glance(case))
    assert glance(no_left)[0][:, :, 1].eq(0).all()
    assert not glance(no_left)[0][:, :, 0].eq(0).all()
    assert glance(no_pose)[1][..., -20:].eq(0).all(), "no body is invented"
    assert all(part.eq(0).all() for part in glance(nobody))


def test_hands_alone_are_enough_and_any_length_is_read() -> None:
    clip = torch.cat([signing(frames=300)[:, :, BODY.slices[group]] for group in HANDS.groups], dim=2)
    glance = Glance(HANDS, 16).eval()
    for length in (1, 2, 5, 300):
        hands, rest = glance(clip[:, :length])
        assert hands.shape == (1, 16, 2, Glance.hand_width)
        assert rest.shape == (1, 16, glance.rest_width)
        assert torch.isfinite(hands).all()
