"""The shipped architecture: small, deterministic, blind to which hand leads."""

import pytest
import torch

from chereme.errors import CheremeError
from chereme.landmarks import BODY, HANDS
from chereme.models import build_model


def test_it_has_under_two_million_weights() -> None:
    model = build_model("conv_transformer", BODY, 250)
    assert sum(weight.numel() for weight in model.parameters()) < 2_000_000


def test_the_same_clip_gives_the_same_answer_alone_and_in_a_batch() -> None:
    model = build_model("conv_transformer", HANDS, 5).eval()
    clips = torch.rand(4, 20, 42, 3)
    logits, embedding = model(clips)
    assert logits.shape == (4, 5)
    assert embedding.shape[0] == 4
    assert torch.allclose(logits[:1], model(clips[:1])[0], atol=1e-5)
    assert torch.equal(logits, model(clips)[0])


def test_clips_of_any_length_and_without_anybody_are_answered() -> None:
    model = build_model("conv_transformer", BODY, 5).eval()
    for frames in (1, 5, 300):
        assert torch.isfinite(model(torch.rand(1, frames, 75, 3))[0]).all()
    assert torch.isfinite(model(torch.full((1, 20, 75, 3), torch.nan))[0]).all()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("conv_transfomer", {}, "did you mean conv_transformer"),
        ("conv_transformer", {"widht": 3}, "did you mean width"),
    ],
)
def test_a_typing_error_is_answered_with_the_nearest_name(name: str, options: dict[str, int], message: str) -> None:
    with pytest.raises(CheremeError, match=message):
        build_model(name, BODY, 5, options)
