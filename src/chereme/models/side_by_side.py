"""Layers of several networks of the same plan at once: many small multiplications cost more than one large one.

All take and give [networks, batch, ..., width]; each network has weights of its own. Every size but the batch's is
known, and `-1` stands for the batch: so an exported model computes no shapes.
"""

import torch
from torch import Tensor, nn


class Linears(nn.Module):
    """A linear layer for each network, with the same start as `nn.Linear`."""

    def __init__(self, networks: int, width: int, output: int) -> None:
        super().__init__()
        bound = width**-0.5
        self.weight = nn.Parameter(torch.empty(networks, width, output).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(networks * output).uniform_(-bound, bound))

    def forward(self, values: Tensor) -> Tensor:
        networks, width, output = self.weight.shape
        rows = values.reshape(networks, -1, width)
        answers = torch.baddbmm(self.bias.view(networks, 1, output), rows, self.weight)
        return answers.view(networks, -1, *values.shape[2:-1], output)


class Norms(nn.Module):
    """A layer normalisation for each network."""

    ones: Tensor

    def __init__(self, networks: int, width: int) -> None:
        super().__init__()
        self.networks, self.width = networks, width
        # Only with a scale is it exported as one node; without, it is taken apart into its arithmetic.
        self.register_buffer("ones", torch.ones(width), persistent=False)
        self.weight = nn.Parameter(torch.ones(networks * width))
        self.bias = nn.Parameter(torch.zeros(networks * width))

    def forward(self, values: Tensor) -> Tensor:
        if self.networks == 1:
            return nn.functional.layer_norm(values, (self.width,), self.weight, self.bias)
        shape = (self.networks, *[1] * (values.ndim - 2), self.width)
        normal = nn.functional.layer_norm(values, (self.width,), self.ones)
        return normal * self.weight.view(shape) + self.bias.view(shape)


class Convolutions(nn.Module):
    """Each channel over time by itself: [networks, batch, moments, width] → the same.

    As a picture one pixel high whose channels lie side by side in memory: trained on a processor, that takes a third of
    the time of a convolution of one dimension.
    """

    def __init__(self, networks: int, width: int, kernel: int) -> None:
        super().__init__()
        channels = networks * width
        self.over_time = nn.Conv1d(channels, channels, kernel, padding=kernel // 2, groups=channels)

    def forward(self, values: Tensor) -> Tensor:
        networks, _, moments, width = values.shape
        row = values.permute(1, 2, 0, 3).reshape(-1, 1, moments, networks * width).permute(0, 3, 1, 2)
        layer = self.over_time
        kernel = layer.weight.unsqueeze(2)
        mixed = nn.functional.conv2d(row, kernel, layer.bias, padding=(0, kernel.shape[-1] // 2), groups=len(kernel))
        return mixed.permute(0, 2, 3, 1).view(-1, moments, networks, width).permute(2, 0, 1, 3)


class Shared(nn.Module):
    """Dropout of a feature at all moments of a clip: neighbouring moments are alike, one would give the other away."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, values: Tensor) -> Tensor:
        if not self.training:
            return values
        networks, batch, _, *rest = values.shape
        kept = torch.rand(networks, batch, 1, *rest) >= self.share
        return values * (kept / (1.0 - self.share))
