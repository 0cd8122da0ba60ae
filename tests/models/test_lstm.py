"""Both sizes in which the network is widespread, and its memory of order."""

import torch

from chereme.landmarks import BODY
from chereme.models import build_model


def test_its_layers_are_those_of_the_tutorials() -> None:
    for options, widths in (({}, [128, 128, 256]), ({"widths": [64, 128]}, [64, 128])):
        model = build_model("lstm", BODY, 13, options)
        layers = [part for part in model.modules() if isinstance(part, torch.nn.LSTM)]
        assert [layer.hidden_size for layer in layers] == widths
        assert model(torch.rand(2, 9, len(BODY), 3))[1].shape == (2, 128)


@torch.no_grad()
def test_the_order_of_frames_matters() -> None:
    model = build_model("lstm", BODY, 5).eval()
    clip = torch.rand(1, 12, len(BODY), 3)
    assert not torch.allclose(model(clip)[0], model(clip.flip(1))[0], atol=1e-4)
