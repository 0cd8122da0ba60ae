"""Whoever validates was not learnt from, and what cannot be validated is said."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from chereme.errors import CheremeError
from chereme.training.clips import Clips
from chereme.training.validation import hold_out_groups


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.99])
@pytest.mark.parametrize("seed", range(4))
def test_signers_are_kept_whole_and_some_are_left_to_learn_from(
    make_clips: Callable[..., Clips], share: float, seed: int
) -> None:
    clips = make_clips()
    train, validation = hold_out_groups(clips, share, seed)
    assert not set(train.groups) & set(validation.groups)
    assert train.groups
    assert validation.groups
    assert sorted(train.ids + validation.ids) == sorted(clips.ids)
    assert len(validation) <= max(share * len(clips), 12)


def test_a_gloss_that_one_signer_shows_stays_with_training(make_clips: Callable[..., Clips]) -> None:
    clips = make_clips()
    alone = clips.select((clips.labels != 2) | torch.tensor([group == "eve" for group in clips.groups]))
    for seed in range(5):
        train, validation = hold_out_groups(alone, 0.4, seed)
        assert 2 in train.labels
        assert 2 not in validation.labels


def test_without_signers_there_is_no_validation(make_clips: Callable[..., Clips]) -> None:
    clips = make_clips()
    with pytest.raises(CheremeError, match="36 of 36 clips say neither signer nor session"):
        hold_out_groups(replace(clips, groups=("",) * len(clips)), 0.2, 0)
    with pytest.raises(CheremeError, match=r"all clips are of one signer or session \(ann\)"):
        hold_out_groups(make_clips(signers=("ann",)), 0.2, 0)
