"""Distances are those of dynamic time warping, and few clips are kept, of everybody."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from chereme.landmarks import HANDS
from chereme.models.nearest import Nearest, NearestConfig, warped_distances


def by_the_book(one: torch.Tensor, other: torch.Tensor, window: int) -> float:
    """The recursion cell by cell, symmetric, no slope wanted."""
    moments = len(one)
    least = np.full((moments + 1, moments + 1), np.inf)
    least[0, 0] = 0.0
    for i in range(moments):
        for j in range(max(0, i - window), min(moments, i + window + 1)):
            apart = float(torch.linalg.vector_norm(one[i] - other[j]))
            least[i + 1, j + 1] = min(least[i, j + 1] + apart, least[i + 1, j] + apart, least[i, j] + 2 * apart)
    return float(least[-1, -1])


@given(st.integers(1, 7), st.integers(0, 7), st.integers(0, 1000))
def test_it_is_the_distance_of_the_recursion(moments: int, window: int, seed: int) -> None:
    random = torch.Generator().manual_seed(seed)
    clips, exemplars = (torch.randn(n, moments, 3, generator=random) for n in (2, 3))
    expected = [[by_the_book(clip, exemplar, window) for exemplar in exemplars] for clip in clips]
    assert torch.allclose(warped_distances(clips, exemplars, window), torch.tensor(expected), atol=0.02)


def test_another_tempo_is_no_distance_but_another_order_is() -> None:
    clip = torch.arange(12.0)[:, None].expand(-1, 2)[None]
    hesitant = clip[:, [0, 0, 0, 0, 1, 2, 3, 4, 6, 8, 10, 11]]
    slow, backwards = warped_distances(hesitant, clip, 4), warped_distances(clip.flip(1), clip, 4)
    assert slow < 0.1 * backwards
    assert warped_distances(hesitant, clip, 0) > 2 * slow, "nobody may wait"


@pytest.mark.parametrize(("most", "each"), [(3, 1), (6, 2), (100, 4), (2, None)])
def test_at_most_so_many_clips_of_a_gloss_are_kept_of_everybody(
    most: int, each: int | None, toys: Callable[..., Any]
) -> None:
    clips, labels, _, _ = toys(HANDS)
    groups = ["abc"[place // 12] for place in range(len(clips))]
    model = Nearest(HANDS, 3, NearestConfig(moments=4, exemplars=most, directions=8)).eval()
    model.learn(clips, labels, groups, torch.clone)
    assert Counter(model.gloss.tolist()) == dict.fromkeys(range(3), min(most, 12))
    if each:
        with torch.no_grad():
            own = model(clips)[1].view(len(clips), 4, 8)
        signers = [groups[int(torch.cdist(kept.view(1, -1), own.flatten(1)).argmin())] for kept in model.exemplars]
        assert Counter(zip(model.gloss.tolist(), signers, strict=True)) == dict.fromkeys(
            [(gloss, who) for gloss in range(3) for who in "abc"], each
        )
