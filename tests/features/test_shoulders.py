"""On the body, a point is where it is for the signer, wherever the camera stands."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from chereme.errors import CheremeError
from chereme.features.resample import FillAndResample
from chereme.features.shoulders import ShoulderFrame
from chereme.landmarks import BODY, HANDS, Layout
from chereme.landmarks.layout import POSE_POINTS


def on_body(clip: Tensor, layout: Layout = BODY) -> Tensor:
    seen: Tensor = ShoulderFrame(layout)(*FillAndResample(layout, 8)(clip))
    return seen


def signing(layout: Layout = BODY) -> Tensor:
    torch.manual_seed(0)
    return 0.5 + 0.1 * torch.randn(2, 8, len(layout), 3) * torch.tensor([1.0, 1.0, 0.3])


@given(st.sampled_from([BODY, HANDS]), st.floats(0.5, 2.0), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_scale_and_place_in_the_picture_do_not_matter(layout: Layout, scale: float, right: float, down: float) -> None:
    clip = signing(layout)
    moved = clip * scale + torch.tensor([right, down, 0.0])
    assert torch.allclose(on_body(clip, layout), on_body(moved, layout), atol=1e-5)


def test_the_shoulders_are_half_a_unit_from_the_origin() -> None:
    clip = signing()
    start = BODY.slices["pose"].start
    left, right = (start + POSE_POINTS.index(f"{side}_shoulder") for side in ("left", "right"))
    clip[:, :, left], clip[:, :, right] = torch.tensor([0.7, 0.4, 0.0]), torch.tensor([0.3, 0.4, 0.0])
    seen = on_body(clip)
    assert torch.allclose(seen[:, :, left, :2], torch.tensor([0.5, 0.0]), atol=1e-5)
    assert torch.allclose(seen[:, :, right, :2], torch.tensor([-0.5, 0.0]), atol=1e-5)


def test_a_group_that_is_never_seen_is_zero_and_changes_nothing_else() -> None:
    clip = signing()
    clip[:, :, BODY.slices["left_hand"]] = torch.nan
    seen = on_body(clip)
    assert seen[:, :, BODY.slices["left_hand"]].eq(0).all()
    rest = slice(BODY.slices["pose"].start, None)
    assert torch.equal(seen[:, :, rest], on_body(signing())[:, :, rest])


def test_without_a_body_the_hands_are_the_measure() -> None:
    clip = signing()
    clip[:, :, BODY.slices["pose"]] = torch.nan
    hands = torch.cat([clip[:, :, BODY.slices[group]] for group in HANDS.groups], dim=2)
    seen = on_body(clip)
    assert torch.allclose(seen[:, :, BODY.slices["right_hand"]], on_body(hands, HANDS)[:, :, 21:])


def test_a_face_alone_is_refused() -> None:
    with pytest.raises(CheremeError, match="neither hands nor pose"):
        ShoulderFrame(Layout(("face",)))
