"""The network of many tutorials on sign recognition: LSTM 64 → 128 → 64, dense 64 → 32 → glosses.

30 frames of raw MediaPipe numbers go in as they come, nothing is normalised; ReLU everywhere, in the LSTMs as well.
Left out: the face, which the datasets here do not keep.
"""

import torch
from torch import nn

from benchmarks.peers.gradient import Network
from benchmarks.peers.keras_lstm import fit_stack
from benchmarks.peers.lesson import Lesson


def fit(lesson: Lesson) -> Network:
    torch.manual_seed(lesson.seed)
    head = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, len(lesson.glosses)))
    return fit_stack(lesson, (64, 128, 64), head, torch.relu)
