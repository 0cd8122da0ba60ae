"""How to train: the options that `train` and `crossval` share."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from chereme.training.config import FitConfig

Steps = Annotated[
    int | None, typer.Option(min=1, help="Training steps [default: 800, or 16 for each gloss if that is more].")
]
Seed = Annotated[int, typer.Option(help="Fixes every random choice.")]


@dataclass(frozen=True)
class Fitting:
    """None stands for the default of `FitConfig`."""

    option: Annotated[
        list[str] | None,
        typer.Option(help="A setting of the architecture: `width=64`; may be repeated.", metavar="NAME=VALUE"),
    ] = None
    teacher: Annotated[
        str | None,
        typer.Option(
            help="Train this model first and learn from what it says: a small one then comes near a large one."
        ),
    ] = None
    steps: Steps = None
    batch: Annotated[int | None, typer.Option(min=1, help="Clips in a step [default: 32].")] = None
    learning_rate: Annotated[float | None, typer.Option(help="The highest of the schedule [default: 0.002].")] = None
    schedule: Annotated[
        Literal["one-cycle", "cosine", "plateau", "constant"] | None,
        typer.Option(help="How the learning rate runs [default: one-cycle]."),
    ] = None
    warm_up: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of the steps in which the learning rate rises [default: 0.1]."),
    ] = None
    weight_decay: Annotated[float | None, typer.Option(min=0, help="Of all weights but biases [default: 0.05].")] = None
    label_smoothing: Annotated[float | None, typer.Option(min=0, max=1, help="[default: 0.1]")] = None
    balance: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="0: clips as often as they are; 1: glosses and their signers evenly [default: 0.5]."
        ),
    ] = None
    validation: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Keep whole signers, about this share of the training clips, to find the best weights."
        ),
    ] = None
    patience: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many epochs (of 50 steps) without better validation.")
    ] = None
    seed: Seed = 0

    def config(self, glosses: int) -> "FitConfig":
        """For a dataset of so many glosses. Raises `CheremeError` for what makes no sense."""
        from chereme.training.config import FitConfig

        given = {name: value for name, value in vars(self).items() if name != "option" and value is not None}
        return FitConfig.for_glosses(glosses, **given)

    def options(self) -> dict[str, Any]:
        """`["width=64"]` → `{"width": 64}`: values are JSON, and what is no JSON is text."""
        options = {}
        for each in self.option or []:
            name, equals, value = each.partition("=")
            if not equals:
                raise typer.BadParameter(f"{each} is no setting: write NAME=VALUE", param_hint="--option")
            try:
                options[name] = json.loads(value)
            except ValueError:
                options[name] = value
        return options
