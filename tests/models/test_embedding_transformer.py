"""Only frames in which something is seen count, and the groups' weights can be read."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from chereme.landmarks import BODY
from chereme.models import build_model
from chereme.models.embedding_transformer import EmbeddingTransformer

SMALL = {"positions": 8, "width": 32}


@pytest.fixture(scope="module")
def model() -> nn.Module:
    torch.manual_seed(0)
    return build_model("embedding_transformer", BODY, 5, SMALL).eval()


@pytest.mark.parametrize(("before", "after"), [(0, 1), (0, 40), (7, 0), (3, 9)])
@torch.no_grad()
def test_more_frames_without_anybody_do_not_change_the_answer(model: nn.Module, before: int, after: int) -> None:
    clips = torch.rand(3, 12, len(BODY), 3)
    empty = torch.full((3, 1, len(BODY), 3), torch.nan)
    padded = torch.cat([empty.expand(-1, before, -1, -1), clips, empty.expand(-1, after, -1, -1)], dim=1)
    assert torch.allclose(model(clips)[0], model(padded)[0], atol=1e-5)


@torch.no_grad()
def test_the_order_of_frames_matters(model: nn.Module) -> None:
    clips = torch.rand(1, 12, len(BODY), 3)
    assert not torch.allclose(model(clips)[0], model(clips.flip(1))[0], atol=1e-4)


def test_the_weights_of_the_groups_are_learned_and_add_up_to_one(train: Callable[..., Any]) -> None:
    trained = train("embedding_transformer", BODY, SMALL).model
    assert isinstance(trained, EmbeddingTransformer)
    weights = trained.group_weights()
    assert list(weights) == list(BODY.groups)
    assert sum(weights.values()) == pytest.approx(1.0)
    assert len(set(weights.values())) == 3, "no longer what they were before training"
