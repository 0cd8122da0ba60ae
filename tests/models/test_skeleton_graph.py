"""Compact, and free to join what no bone joins."""

from collections.abc import Callable
from typing import Any

import torch

from chereme.features.graph import Skeleton
from chereme.landmarks import BODY
from chereme.models import build_model


def test_it_has_under_two_million_weights() -> None:
    assert sum(weight.numel() for weight in build_model("skeleton_graph", BODY, 250).parameters()) < 2_000_000


def test_each_group_of_channels_begins_with_the_bones_and_learns_its_own_adjacency(train: Callable[..., Any]) -> None:
    bones = Skeleton.of(BODY).partitions()
    options = {"moments": 10, "widths": (24, 48), "groups": 4}
    fresh = build_model("skeleton_graph", BODY, 3, options).get_parameter("blocks.0.adjacency")
    assert torch.equal(fresh, bones[:, None].expand(-1, 4, -1, -1))
    learned = train("skeleton_graph", BODY, options).model.get_parameter("blocks.0.adjacency")
    assert not torch.allclose(learned[:, 0], learned[:, 1])
