"""What a training run can be told: how to learn, and on what machine."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import torch

from chereme.errors import CheremeError
from chereme.training.schedule import SCHEDULES, Schedule

Accelerator = Literal["cpu", "cuda", "mps", "auto"]

Precision = Literal["32", "bf16", "16"]

STEPS = 800
STEPS_PER_GLOSS = 16
"""Where there are more glosses than `STEPS` are for."""

PUPIL = 2
"""A pupil takes so many times the steps of its teacher: it is small and quick to train, and hears more each time."""

PUPIL_CROP = 0.4
PUPIL_SPLICED = 0.3
"""A pupil is shown what a window over a stream shows: clips with up to such a share missing at either end, and clips
that go on as another. No label fits these; a teacher says what they look like."""


@dataclass(frozen=True)
class FitConfig:
    steps: int = STEPS
    batch: int = 32
    learning_rate: float = 2e-3
    """The highest of the schedule."""
    schedule: Schedule = "one-cycle"
    warm_up: float = 0.1
    """Share of the steps in which the learning rate rises."""
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    balance: float = 0.5
    """How evenly clips are drawn: 0 as often as they are in the data, 1 every gloss equally often, and within a gloss
    every signer."""
    spliced: float = 0.08
    """Share of clips that begin as one sign and end as another, and count as idle, where there is an idle gloss."""
    average: float = 0.995
    """Decay of the running average of the weights, which is what is kept."""
    frames: int = 32
    epoch: int = 50
    """Steps from one point of the curves, and one validation, to the next: batches are drawn without end."""
    validation: float = 0.0
    """Share of the training clips, whole signers of them (or sessions), that is kept for validation. The weights kept
    are then those of the best epoch: of the least loss on validation."""
    patience: int | None = None
    """Epochs without a better one after which training stops; None: never. Needs validation."""
    plateau: int = 5
    """Epochs without a better one after which the schedule `plateau` halves the learning rate. Needs validation."""
    teacher: str | None = None
    """A model that is trained first, on the same clips and in the same way. What it says of each augmented clip is then
    what the pupil learns, for `PUPIL` times the steps."""
    seed: int = 0

    @property
    def all_steps(self) -> int:
        """The teacher's included."""
        return self.steps if self.teacher is None else self.steps * (1 + PUPIL)

    @classmethod
    def for_glosses(cls, glosses: int, **given: Any) -> "FitConfig":
        """All by default but what is given. Many glosses take more steps, because each comes up less often."""
        return cls(**{"steps": max(STEPS, STEPS_PER_GLOSS * glosses), **given})

    def __post_init__(self) -> None:
        if self.schedule not in SCHEDULES:
            raise CheremeError(f"there is no schedule {self.schedule}: choose among {', '.join(SCHEDULES)}")
        for name in ("steps", "batch", "learning_rate", "frames", "epoch", "plateau"):
            if getattr(self, name) <= 0:
                raise CheremeError(f"{name} cannot be {getattr(self, name)}: choose more than 0")
        for name in ("warm_up", "label_smoothing", "balance", "validation"):
            if not 0 <= getattr(self, name) <= 1:
                raise CheremeError(f"{name} cannot be {getattr(self, name)}: it is a share, from 0 to 1")
        if self.patience is not None and self.patience <= 0:
            raise CheremeError(f"patience cannot be {self.patience}: choose more than 0")


def has_bfloat16() -> bool:
    """Whether this processor computes in bfloat16. Elsewhere some models cannot be trained in it, and others take five
    to ten times as long as with 32 bits."""
    return torch.backends.cpu.get_cpu_capability().startswith("AVX512")


@dataclass(frozen=True)
class Hardware:
    """Where to train. Weights are the same again only on the same hardware and number of threads."""

    accelerator: Accelerator = "cpu"
    devices: int = 1
    """Of each node; every device draws batches of its own."""
    nodes: int = 1
    precision: Precision = "32"
    """`bf16` and `16`: mixed, sums and weights stay at 32 bits. `16` needs a GPU."""

    def __post_init__(self) -> None:
        if self.accelerator not in get_args(Accelerator):
            raise CheremeError(
                f"there is no accelerator {self.accelerator}: choose among {', '.join(get_args(Accelerator))}"
            )
        if self.precision not in get_args(Precision):
            raise CheremeError(f"there is no precision {self.precision}: choose among {', '.join(get_args(Precision))}")
        if self.precision == "16" and self.accelerator == "cpu":
            raise CheremeError("precision 16 needs a GPU: use bf16, or another --accelerator")
        if self.precision == "bf16" and self.accelerator == "cpu" and not has_bfloat16():
            raise CheremeError("this processor has no bfloat16: use precision 32, or another --accelerator")
