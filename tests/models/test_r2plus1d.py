"""Factored as published: as many weights as the three-dimensional network, in twice as many layers."""

import torch
from torch import nn

from chereme.models.registry import build_picture_model

PUBLISHED = (64, 128, 256, 512)


def test_it_has_the_weights_of_the_three_dimensional_network_of_18_layers() -> None:
    """Table 1 of the paper: 33.3 million of R(2+1)D beside 33.4 of R3D."""
    with torch.device("meta"):
        model = build_picture_model("r2plus1d", 400, {"widths": PUBLISHED})
    weights = sum(weight.numel() for weight in model.parameters())
    assert round(weights / 1e6, 1) in (33.3, 33.4)


def test_no_convolution_but_a_skip_spans_both_picture_and_time() -> None:
    model = build_picture_model("r2plus1d", 5)
    for layer in model.modules():
        if isinstance(layer, nn.Conv3d):
            over_time, rows, columns = layer.kernel_size
            assert rows == columns
            assert 1 in (over_time, rows)


@torch.no_grad()
def test_the_order_of_frames_matters() -> None:
    torch.manual_seed(0)
    model = build_picture_model("r2plus1d", 5, {"side": 32}).eval()
    pictures = torch.rand(1, 8, 3, 32, 32)
    assert not torch.allclose(model(pictures)[0], model(pictures.flip(1))[0], atol=1e-5)
