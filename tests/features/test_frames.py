"""What a model sees does not depend on where the signer sits, how near, or which hand leads."""

import math

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from chereme.features.frames import HandFrames, Moments
from chereme.landmarks import BODY, HANDS


def signing(seed: int = 0, frames: int = 20) -> Tensor:
    """A moving body with both hands, [1, frames, 75, 3]; the right hand moves more."""
    random = np.random.default_rng(seed)
    still = random.normal(size=(75, 3)) * 0.1 + (0.5, 0.5, 0.0)
    path = np.cumsum(random.normal(size=(frames, 1, 3)) * 0.02, axis=0)
    moving = np.zeros((1, 75, 1))
    moving[:, BODY.slices["right_hand"]] = 1.0
    bending = random.normal(size=(frames, 75, 3)) * 0.005
    return torch.tensor(still + path * moving + bending, dtype=torch.float32)[None]


def close(some: tuple[Moments, Moments], others: tuple[Moments, Moments], tolerance: float = 1e-3) -> bool:
    return all(
        torch.allclose(getattr(one, part), getattr(other, part), atol=tolerance)
        for one, other in zip(some, others, strict=True)
        for part in ("shape", "motion", "body", "presence")
    )


@given(st.floats(0.5, 2.0), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_scale_and_place_in_the_picture_do_not_matter(scale: float, right: float, down: float) -> None:
    frames = HandFrames(BODY, 16).eval()
    clip = signing()
    moved = clip * scale + torch.tensor([right, down, 0.0])
    assert close(frames(clip), frames(moved))


@given(st.floats(-30.0, 30.0))
def test_where_the_shoulders_are_seen_a_leaning_camera_does_not_matter(degrees: float) -> None:
    frames = HandFrames(BODY, 16).eval()
    clip = signing()
    for name, x in (("left_shoulder", 0.7), ("right_shoulder", 0.3)):
        clip[:, :, BODY.names.index(name), 0] = x
        clip[:, :, BODY.names.index(name), 1] = 0.4
    angle = math.radians(degrees)
    turn = torch.tensor([[math.cos(angle), math.sin(angle), 0], [-math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    assert close(frames(clip), frames(clip @ turn))


@given(st.integers(0, 20))
def test_a_left_handed_signer_gives_the_same_features(seed: int) -> None:
    frames = HandFrames(BODY, 16).eval()
    clip = signing(seed)
    mirrored = clip[:, :, list(BODY.mirror_order)] * torch.tensor([-1.0, 1.0, 1.0])
    assert close(frames(clip), frames(mirrored), tolerance=1e-4)


def test_a_hand_that_trembles_at_rest_does_not_lead_before_one_that_holds_a_sign() -> None:
    clip = signing()
    left, right = BODY.slices["left_hand"], BODY.slices["right_hand"]
    clip[:, :, left] = clip[:, :1, left]
    clip[:, :, right, 1] += 0.6
    held = HandFrames(BODY, 16).eval()(clip)[0]
    assert torch.allclose(held.motion[:, :, 0, :42], torch.zeros(1), atol=1e-4)
    assert not torch.allclose(held.motion[:, :, 1, :42], torch.zeros(1), atol=1e-4)


def test_in_training_alone_a_clip_in_which_neither_hand_leads_is_seen_both_ways() -> None:
    frames = HandFrames(BODY, 16)
    clip = signing()
    left, right = BODY.slices["left_hand"], BODY.slices["right_hand"]
    clip[:, :, right] = clip[:, :, left] * torch.tensor([-1.0, 1.0, 0.5]) + torch.tensor([1.0, 0.0, 0.0])
    torch.manual_seed(0)
    assert len({float(frames(clip)[0].shape[0, 0, 0, 5]) for _ in range(20)}) == 2
    frames.eval()
    assert len({float(frames(clip)[0].shape[0, 0, 0, 5]) for _ in range(20)}) == 1


def test_missing_hands_and_missing_people_give_finite_features() -> None:
    frames = HandFrames(BODY, 16).eval()
    clip = signing()
    no_left, no_pose, nobody = clip.clone(), clip.clone(), clip.clone()
    no_left[:, :, BODY.slices["left_hand"]] = torch.nan
    no_pose[:, :, BODY.slices["pose"]] = torch.nan
    nobody[:] = torch.nan
    for case in (no_left, no_pose, nobody):
        for seen in frames(case):
            assert all(torch.isfinite(part).all() for part in (seen.shape, seen.motion, seen.body, seen.presence))
    assert frames(no_left)[0].presence[..., 0].eq(1).all()
    assert frames(no_left)[0].presence[..., 1].eq(0).all()
    assert frames(nobody)[0].presence.eq(0).all()


def test_hands_alone_are_enough() -> None:
    hands = torch.cat([signing()[:, :, BODY.slices[group]] for group in HANDS.groups], dim=2)
    seen, _ = HandFrames(HANDS, 16).eval()(hands)
    assert torch.isfinite(seen.shape).all()
    assert seen.body[..., :18].eq(0).all(), "no body is invented"


def test_any_length_from_one_frame_on_is_read() -> None:
    frames = HandFrames(BODY, 16).eval()
    for length in (1, 2, 5, 300):
        seen, _ = frames(signing(frames=300)[:, :length])
        assert seen.shape.shape[1] == 16
        assert torch.isfinite(seen.shape).all()


@given(st.floats(0.0, 3.0))
def test_seen_flat_the_guess_of_depth_does_not_matter(depth: float) -> None:
    frames = HandFrames(BODY, 16).eval()
    clip = signing()
    _, flat = frames(clip)
    _, deeper = frames(clip * torch.tensor([1.0, 1.0, depth]))
    assert torch.allclose(flat.shape, deeper.shape, atol=1e-4)
    assert torch.allclose(flat.motion, deeper.motion, atol=1e-4)
