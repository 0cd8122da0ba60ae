"""LSTM 128 → 128 → 256 with a dense layer of 128: published for Cambodian signs.

L2 of 0.01 on the dense layer, dropout 0.3, Adam at 1e-3, batches of 32, 30 raw frames.
"""

import torch
from torch import nn

from benchmarks.peers.gradient import Network
from benchmarks.peers.keras_lstm import fit_stack
from benchmarks.peers.lesson import Lesson


def fit(lesson: Lesson) -> Network:
    torch.manual_seed(lesson.seed)
    dense = nn.Linear(256, 128)
    head = nn.Sequential(dense, nn.ReLU(), nn.Dropout(0.3), nn.Linear(128, len(lesson.glosses)))
    return fit_stack(lesson, (128, 128, 256), head, torch.tanh, penalty=lambda: 0.01 * dense.weight.square().sum())
