"""`temporal_conv` taught by `conv_transformer`. Its teacher is shown the budget of the others, and it twice as many."""

from benchmarks.peers.lesson import Lesson
from benchmarks.peers.ours import Ours, trained


def fit(lesson: Lesson) -> Ours:
    return trained(lesson, "temporal_conv", teacher="conv_transformer")
