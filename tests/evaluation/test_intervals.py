"""Intervals hold what they promise, and people are drawn rather than clips."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chereme.evaluation.intervals import clustered_interval, mcnemar, wilson_interval


def test_the_wilson_interval_of_109_of_120() -> None:
    assert wilson_interval(109, 120) == pytest.approx((0.843, 0.948), abs=5e-4)


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_stays_within_bounds(n: int, data: st.DataObject) -> None:
    correct = data.draw(st.integers(0, n))
    low, high = wilson_interval(correct, n)
    assert -1e-9 <= low <= correct / n + 1e-9
    assert correct / n - 1e-9 <= high <= 1 + 1e-9


def test_the_same_seed_draws_the_same_interval() -> None:
    right = np.random.default_rng(1).random(60) < 0.8
    signers = [f"s{row * row % 17}" for row in range(60)]
    assert clustered_interval(right, signers, 3) == clustered_interval(right, signers, 3)
    assert clustered_interval(right, signers, 3) != clustered_interval(right, signers, 4)


def test_people_who_differ_widen_the_interval_as_clips_would_not() -> None:
    right = np.repeat([1.0, 1.0, 1.0, 0.0], 50)
    by_signer = clustered_interval(right, np.repeat(["a", "b", "c", "d"], 50).astype(object))
    by_clip = clustered_interval(right, [str(row) for row in range(200)])
    assert by_signer is not None
    assert by_clip is not None
    assert by_signer[1] - by_signer[0] > 3 * (by_clip[1] - by_clip[0])
    assert by_clip == pytest.approx(wilson_interval(150, 200), abs=0.02)


def test_a_group_weighs_as_many_clips_as_it_has() -> None:
    low, high = clustered_interval(np.array([1.0] * 99 + [0.0]), ["a"] * 99 + ["b"]) or (0, 0)
    assert (low, high) == (0.0, 1.0)
    assert clustered_interval(np.ones(10), ["a"] * 5 + ["b"] * 5) == (1.0, 1.0)


def test_one_group_or_none_says_nothing() -> None:
    assert clustered_interval(np.ones(3), ["a", "a", "a"]) is None
    assert clustered_interval(np.ones(3), [None, None, None]) is None
    assert clustered_interval(np.ones(3), ["a", None, None]) is None


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_a_fair_coin_thrown_for_each_clip_that_one_alone_got_right(first: int, second: int) -> None:
    p = mcnemar(first, second)
    assert 0 < p <= 1
    assert p == mcnemar(second, first)
    assert first != second or p == 1.0


def test_mcnemar_in_figures() -> None:
    assert mcnemar(0, 5) == pytest.approx(2 / 2**5)
    assert mcnemar(1, 9) == pytest.approx(2 * (1 + 10) / 2**10)
    assert mcnemar(900, 1100) < 1e-5
    assert mcnemar(0, 0) == 1.0
