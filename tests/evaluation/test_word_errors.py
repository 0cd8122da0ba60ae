"""Word error rate against cases counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chereme.evaluation.word_errors import WordErrors, bootstrap_interval, word_errors

WORDS = st.lists(st.sampled_from("abc"), max_size=8)


@pytest.mark.parametrize(
    ("signed", "recognised", "errors"),
    [
        ("abc", "abc", WordErrors(3, 0, 0, 0)),
        ("abc", "", WordErrors(3, 0, 0, 3)),
        ("", "ab", WordErrors(0, 0, 2, 0)),
        ("abc", "axc", WordErrors(3, 1, 0, 0)),
        ("abc", "ac", WordErrors(3, 0, 0, 1)),
        ("abc", "abbc", WordErrors(3, 0, 1, 0)),
        ("abcd", "bcde", WordErrors(4, 0, 1, 1)),
        ("aabb", "abab", WordErrors(4, 2, 0, 0)),
    ],
)
def test_edits_are_counted_by_kind(signed: str, recognised: str, errors: WordErrors) -> None:
    assert word_errors(signed, recognised) == errors


@given(WORDS, WORDS)
def test_lengths_and_edits_agree(signed: list[str], recognised: list[str]) -> None:
    errors = word_errors(signed, recognised)
    assert len(signed) - errors.deletions + errors.insertions == len(recognised)
    assert errors.errors == word_errors(recognised, signed).errors
    assert (errors.errors == 0) == (signed == recognised)


def test_the_rate_is_errors_by_signed_words() -> None:
    total = word_errors("abcde", "abcd") + word_errors("abcde", "abcdef")
    assert (total.words, total.errors, total.rate) == (10, 2, 0.2)


def test_the_interval_holds_the_rate_and_draws_streams() -> None:
    streams = [WordErrors(5, 0, 0, 1)] * 30 + [WordErrors(5, 0, 0, 0)] * 70
    low, high = bootstrap_interval(streams, seed=0)
    assert 0.03 < low < 0.06 < high < 0.09
    assert bootstrap_interval(streams, seed=0) == (low, high)
    assert bootstrap_interval([WordErrors(5, 1, 0, 0)] * 9, seed=0) == (0.2, 0.2)
