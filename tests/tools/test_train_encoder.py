"""What the shipped encoder learns to tell apart: movements, not spellings."""

import pytest

from chereme.datasets import Sample
from chereme.datasets.dataset import IDLE
from tools.train_encoder import metric, take


@pytest.mark.parametrize(
    ("name", "gloss", "learnt"),
    [
        ("asl-words-1", "i", ("asl-words-1", "i (ase)")),
        ("asl-letters-1", "i", ("asl-letters-1", "letter i (ase)")),
        ("asl-letters-2", IDLE, ("asl-letters-2", IDLE)),
        ("asl-letters-3", "space", None),
        ("asl-neat11-1", "thankyou", ("asl-neat11-1", "thank-you (ase)")),
        ("asl-neat11-2", "fosshack3", None),
        ("picture_0", "0", ("digits-picture_0", "letter o (ase)")),
        ("picture_1", "1", ("digits-picture_1", "number 1 (ase)")),
    ],
)
def test_one_movement_is_one_gloss(name: str, gloss: str, learnt: tuple[str, str] | None) -> None:
    taken = take(Sample(name, gloss))
    assert (taken and (taken.id, taken.gloss)) == learnt


def test_the_score_of_most_clips_goes_into_the_bundle() -> None:
    scores = [
        {"clips": clips, "top1": top1, "interval_95": [top1 - 0.1, top1 + 0.1], "sessions": {"a": top1, "b": 0.5}}
        for clips, top1 in ((1, 0.6), (5, 0.8))
    ]
    kept = metric({"dataset": "ksl-words", "clips_tested": 20, "signs": 13, "scores": scores})
    assert (kept.value, kept.n, kept.worst_group, kept.worst_value) == (0.8, 20, "b", 0.5)
    assert kept.split == "13 signs enrolled from 5 clips each of one session, other sessions tested"
