"""Networks side by side give what each would give by itself."""

import torch
from torch import nn

from chereme.models.side_by_side import Convolutions, Linears, Norms, Shared

NETWORKS, BATCH, MOMENTS, WIDTH = 3, 4, 8, 6
VALUES = torch.randn(NETWORKS, BATCH, MOMENTS, WIDTH, generator=torch.Generator().manual_seed(0))


def test_linear_layers() -> None:
    together = Linears(NETWORKS, WIDTH, 5)
    for network, given in enumerate(together(VALUES)):
        alone = nn.functional.linear(
            VALUES[network], together.weight[network].T, together.bias.view(NETWORKS, 5)[network]
        )
        torch.testing.assert_close(given, alone)


def test_normalisations() -> None:
    together = Norms(NETWORKS, WIDTH)
    nn.init.normal_(together.weight)
    nn.init.normal_(together.bias)
    for network, given in enumerate(together(VALUES)):
        weight, bias = together.weight.view(NETWORKS, -1)[network], together.bias.view(NETWORKS, -1)[network]
        torch.testing.assert_close(given, nn.functional.layer_norm(VALUES[network], (WIDTH,), weight, bias))


def test_convolutions_over_time() -> None:
    together = Convolutions(NETWORKS, WIDTH, 3)
    alone = nn.Conv1d(WIDTH, WIDTH, 3, padding=1, groups=WIDTH)
    channels = slice(WIDTH, 2 * WIDTH)
    alone.load_state_dict({name: value[channels] for name, value in together.over_time.state_dict().items()})
    torch.testing.assert_close(together(VALUES)[1], alone(VALUES[1].transpose(1, 2)).transpose(1, 2))


def test_what_is_dropped_is_dropped_at_all_moments_and_the_mean_stays() -> None:
    torch.manual_seed(0)
    dropped = Shared(0.25)(torch.ones(NETWORKS, 200, MOMENTS, WIDTH))
    assert torch.equal(dropped, dropped[:, :, :1].expand_as(dropped))
    torch.testing.assert_close(dropped.mean(), torch.tensor(1.0), atol=0.05, rtol=0)
    assert torch.equal(Shared(0.25).eval()(VALUES), VALUES)
