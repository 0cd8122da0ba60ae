"""The learning rate runs as its schedule says, at the first step, in the middle and at the last."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from chereme.training.schedule import SCHEDULES, pace


def rate(schedule: str, step: int, halvings: int = 0) -> float:
    return pace(schedule, step, steps=100, peak=1.0, warm_up=0.1, halvings=halvings).learning_rate  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("schedule", "first", "middle", "last"),
    [
        ("one-cycle", 1 / 25, 0.5746, 4e-6),
        ("cosine", 0.1, 0.5868, 0.0003),
        ("plateau", 0.1, 1.0, 1.0),
        ("constant", 0.1, 1.0, 1.0),
    ],
)
def test_rates_at_the_start_in_the_middle_and_at_the_end(
    schedule: str, first: float, middle: float, last: float
) -> None:
    assert [rate(schedule, step) for step in (0, 50, 99)] == pytest.approx([first, middle, last], rel=1e-2, abs=1e-5)
    assert max(rate(schedule, step) for step in range(100)) == pytest.approx(1.0)


def test_plateau_halves() -> None:
    assert rate("plateau", 60, halvings=3) == 0.125


@pytest.mark.parametrize("steps", [1, 5, 7, 30, 800])
def test_one_cycle_is_that_of_torch_bit_for_bit(steps: int) -> None:
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))])
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps, pct_start=0.1)
    for step in range(steps):
        ours = pace("one-cycle", step, steps=steps, peak=2e-3, warm_up=0.1)
        group = optimizer.param_groups[0]
        assert (ours.learning_rate, ours.momentum) == (group["lr"], group["betas"][0])
        optimizer.step()
        theirs.step()


@given(st.sampled_from(SCHEDULES), st.integers(1, 200), st.floats(0, 1), st.data())
def test_no_rate_is_above_the_peak_or_below_nothing(
    schedule: str, steps: int, warm_up: float, data: st.DataObject
) -> None:
    step = data.draw(st.integers(0, steps - 1))
    found = pace(schedule, step, steps=steps, peak=0.5, warm_up=warm_up)  # type: ignore[arg-type]
    assert 0 <= found.learning_rate <= 0.5 + 1e-12
    assert 0.85 - 1e-12 <= found.momentum <= 0.95 + 1e-12
