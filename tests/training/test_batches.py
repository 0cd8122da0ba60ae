"""What a batch holds: rare glosses and signers as often as asked, and after a pause what would have come."""

from collections.abc import Callable

import pytest
import torch

from chereme.features.augment import Augment
from chereme.landmarks import HANDS
from chereme.training.batches import Batches
from chereme.training.clips import Clips
from chereme.training.config import PUPIL_SPLICED, FitConfig


def share_of_rare(clips: Clips, balance: float) -> float:
    config = FitConfig(batch=400, balance=balance)
    batch = next(iter(Batches(clips, 2, Augment(HANDS), config)))
    return float(batch.targets[:, 1].mean())


def test_balance_draws_a_rare_gloss_as_often_as_asked(make_clips: Callable[..., Clips]) -> None:
    clips = make_clips(2)
    few = clips.select((clips.labels == 0) | (torch.arange(len(clips)) == 1))  # 12 clips against one
    assert share_of_rare(few, 0.0) == pytest.approx(1 / 13, abs=0.05)
    assert share_of_rare(few, 1.0) == pytest.approx(1 / 2, abs=0.08)
    assert share_of_rare(few, 0.0) < share_of_rare(few, 0.5) < share_of_rare(few, 1.0)


def test_batches_go_on_as_if_nothing_had_been(make_clips: Callable[..., Clips]) -> None:
    clips, config = make_clips(), FitConfig(batch=4)
    drawn = iter(Batches(clips, 3, Augment(HANDS), config))
    first, second = next(drawn), next(drawn)
    again = next(iter(Batches(clips, 3, Augment(HANDS), config, first.randomness)))
    assert torch.equal(again.points.nan_to_num(), second.points.nan_to_num())
    assert torch.equal(again.targets, second.targets)


@pytest.mark.parametrize(("teacher", "expected"), [(None, 0.0), ("conv_transformer", PUPIL_SPLICED)])
def test_only_where_a_teacher_says_what_they_are_any_two_clips_are_joined(
    make_clips: Callable[..., Clips], teacher: str | None, expected: float
) -> None:
    clips = make_clips(takes=40)  # without idle clips no label fits what is joined
    batches = Batches(clips, 3, Augment(HANDS), FitConfig(teacher=teacher))
    points, targets = batches._with_negatives(clips.points, clips.labels)
    assert torch.equal(targets.argmax(dim=1), clips.labels)
    hands = (each[:, :, HANDS.slices["right_hand"]] for each in (points, clips.points))
    changed = torch.ne(*hands).flatten(1).any(dim=1)
    assert float(changed.float().mean()) == pytest.approx(expected, abs=0.06)
