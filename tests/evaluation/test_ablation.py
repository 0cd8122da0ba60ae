"""Without a group of landmarks a bundle is as good as what it does not need of it."""

import numpy as np

from chereme.datasets import SignDataset
from chereme.evaluation.ablation import measure_ablation, without
from chereme.evaluation.evaluate import answer_clips, chosen_clips
from chereme.recognition.recognizer import Recognizer


def test_only_the_group_is_taken_away(toys: SignDataset) -> None:
    clip = toys[0]
    left = without(clip, group="right_hand")
    assert not left.present("right_hand").any()
    assert np.array_equal(left.group("left_hand"), clip.group("left_hand"), equal_nan=True)


def test_without_the_hand_that_signs_nothing_is_right(recognizer: Recognizer, toys: SignDataset) -> None:
    """The toys are signed with the right hand, and the left one is never seen."""
    chosen = chosen_clips(toys)
    answers = answer_clips(recognizer, toys, chosen)
    rows = {row["change"]: row for row in measure_ablation(recognizer, toys, chosen, answers)}
    assert rows["without left_hand"]["points_lost"] == 0
    assert rows["without right_hand"]["top1"] == 0
