"""The options of training that several verbs share, and the configuration they come to."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from chereme.training.config import FitConfig

Options = Annotated[
    list[str] | None,
    typer.Option("--option", help="A setting of the architecture: `width=64`; may be repeated.", metavar="NAME=VALUE"),
]
Batch = Annotated[int | None, typer.Option(min=1, help="Clips in a step [default: 32].")]
LearningRate = Annotated[float | None, typer.Option(help="The highest of the schedule [default: 0.002].")]
Schedule = Annotated[str | None, typer.Option(help="How the learning rate runs: one-cycle, cosine, plateau, constant.")]
WarmUp = Annotated[
    float | None, typer.Option(min=0, max=1, help="Share of the steps in which the learning rate rises [default: 0.1].")
]
WeightDecay = Annotated[float | None, typer.Option(min=0, help="Of all weights but biases [default: 0.05].")]
LabelSmoothing = Annotated[float | None, typer.Option(min=0, max=1, help="[default: 0.1]")]
Balance = Annotated[
    float | None,
    typer.Option(
        min=0, max=1, help="0: clips as often as they are; 1: glosses and their signers evenly [default: 0.5]."
    ),
]
Validation = Annotated[
    float | None,
    typer.Option(
        min=0, max=1, help="Keep whole signers, about this share of the training clips, to find the best weights."
    ),
]
Patience = Annotated[
    int | None, typer.Option(min=1, help="Stop after so many epochs (of 50 steps) without better validation.")
]


def fit_config(**given: Any) -> "FitConfig":
    """Of what was given; None stands for the default. Raises `CheremeError` for what makes no sense."""
    from chereme.training.config import FitConfig

    return FitConfig(**{name: value for name, value in given.items() if value is not None})


def model_options(given: list[str] | None) -> dict[str, Any]:
    """`["width=64"]` → `{"width": 64}`: values are JSON, and what is no JSON is text."""
    options = {}
    for each in given or []:
        name, equals, value = each.partition("=")
        if not equals:
            raise typer.BadParameter(f"{each} is no setting: write NAME=VALUE", param_hint="--option")
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value
    return options
