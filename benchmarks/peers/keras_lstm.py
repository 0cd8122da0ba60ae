"""Stacked LSTMs as Keras builds them, which is how the tutorials do it."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.peers.frames import raw_rows
from benchmarks.peers.gradient import Inputs, Network, train
from benchmarks.peers.lesson import Lesson
from chereme.landmarks import LandmarkSequence

Activation = Callable[[Tensor], Tensor]


class KerasLstm(nn.Module):
    """[batch, frames, inputs] → [batch, frames, units]. Hochreiter and Schmidhuber (1997) with a forget gate; unlike
    torch's it takes any activation, and starts with the weights of Keras: Glorot, orthogonal, and 1 for the forget
    gate's bias."""

    def __init__(self, inputs: int, units: int, activation: Activation = torch.tanh) -> None:
        super().__init__()
        self.units, self.activation = units, activation
        self.kernel = nn.Linear(inputs, 4 * units)
        self.recurrent = nn.Linear(units, 4 * units, bias=False)
        nn.init.xavier_uniform_(self.kernel.weight)
        nn.init.orthogonal_(self.recurrent.weight)
        nn.init.zeros_(self.kernel.bias)
        nn.init.ones_(self.kernel.bias[units : 2 * units])

    def forward(self, frames: Tensor) -> Tensor:
        driven = self.kernel(frames)
        state = memory = frames.new_zeros(len(frames), self.units)
        states = []
        for frame in range(frames.shape[1]):
            gates = driven[:, frame] + self.recurrent(state)
            enter, keep, new, out = gates.chunk(4, dim=1)
            memory = torch.sigmoid(keep) * memory + torch.sigmoid(enter) * self.activation(new)
            state = torch.sigmoid(out) * self.activation(memory)
            states.append(state)
        return torch.stack(states, dim=1)


class StackedLstm(nn.Module):
    """[batch, frames, inputs] → logits, from the last frame of the last LSTM through `head`."""

    def __init__(self, inputs: int, units: Sequence[int], head: nn.Module, activation: Activation) -> None:
        super().__init__()
        widths = [inputs, *units]
        self.layers = nn.Sequential(
            *(KerasLstm(before, width, activation) for before, width in zip(widths, units, strict=False))
        )
        self.head = head
        for layer in head.modules():
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)

    def forward(self, frames: Tensor) -> Tensor:
        logits: Tensor = self.head(self.layers(frames)[:, -1])
        return logits


def fit_stack(
    lesson: Lesson,
    units: Sequence[int],
    head: nn.Module,
    activation: Activation,
    penalty: Callable[[], Tensor] | None = None,
) -> Network:
    """Adam at 1e-3 in batches of 32, as Keras does unless told otherwise; no augmentation."""
    (rows,) = _rows(lesson.clips)
    network = StackedLstm(rows.shape[2], units, head, activation)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7)
    train(network, lesson, lambda chosen: (rows[chosen],), optimiser, batch=32, penalty=penalty)
    return Network(network, _rows)


def _rows(clips: Sequence[LandmarkSequence]) -> Inputs:
    return (torch.from_numpy(np.stack([raw_rows(clip) for clip in clips])),)
