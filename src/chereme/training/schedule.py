"""How fast to learn at each step: functions of the step alone, so that a resumed run goes on at the same pace."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

Schedule = Literal["one-cycle", "cosine", "plateau", "constant"]

SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)


@dataclass(frozen=True)
class Pace:
    learning_rate: float
    momentum: float = 0.9
    """AdamW's first beta."""


def pace(schedule: Schedule, step: int, *, steps: int, peak: float, warm_up: float, halvings: int = 0) -> Pace:
    """Of step `step` of `steps`, counted from 0.

    warm_up: the share of the steps in which the learning rate rises to `peak`. `cosine` then falls to nothing,
    `constant` stays, `plateau` has been halved `halvings` times because validation no longer improved.
    """
    if schedule == "one-cycle":
        return _one_cycle(step, steps, peak, warm_up)
    rising = math.ceil(warm_up * steps)
    if step < rising:
        return Pace(peak * (step + 1) / rising)
    if schedule == "cosine":
        return Pace(_cosine(peak, 0.0, (step - rising) / (steps - rising)))
    return Pace(peak * 0.5**halvings)


def _one_cycle(step: int, steps: int, peak: float, warm_up: float) -> Pace:
    """From a 25th of the peak to it and down to a 250,000th, momentum the other way round.

    Smith and Topin, "Super-Convergence" (2018), with the constants of torch's `OneCycleLR`.
    """
    top = warm_up * steps - 1
    if step <= top:
        part = step / top if top else 1.0
        return Pace(_cosine(peak / 25, peak, part), _cosine(0.95, 0.85, part))
    part = (step - top) / (steps - 1 - top)
    return Pace(_cosine(peak, peak / 25 / 1e4, part), _cosine(0.85, 0.95, part))


def _cosine(start: float, end: float, part: float) -> float:
    return end + (start - end) / 2.0 * (math.cos(math.pi * part) + 1)
