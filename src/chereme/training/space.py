"""What a search may vary: fields of `FitConfig`, each with its values or its range."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from chereme.errors import CheremeError
from chereme.training.config import FitConfig

Method = Literal["grid", "optuna"]

VARIED = ("steps", "batch", "learning_rate", "weight_decay", "label_smoothing")
"""Each is an option of `chereme train` too."""

Space = Mapping[str, BaseDistribution]
"""Name of a field → the values it may take."""

SPACES: dict[Method, Space] = {
    "grid": {
        "batch": CategoricalDistribution((16, 32)),
        "learning_rate": CategoricalDistribution((1e-3, 2e-3)),
        "weight_decay": CategoricalDistribution((0.01, 0.05)),
    },
    "optuna": {
        "batch": CategoricalDistribution((16, 32, 64)),
        "learning_rate": FloatDistribution(3e-4, 1e-2, log=True),
        "weight_decay": FloatDistribution(1e-3, 0.3, log=True),
        "label_smoothing": FloatDistribution(0.0, 0.2),
    },
}
"""What is varied when nothing is named."""


def read_space(method: Method, vary: Sequence[str]) -> Space:
    """From `NAME=VALUE,VALUE` and, of `optuna`, `NAME=LOW..HIGH`; without any, `SPACES`.

    A range over a factor of ten or more is searched by its logarithm. Raises `CheremeError` for what cannot be read.
    """
    if not vary:
        return SPACES[method]
    return dict(_one(text, method) for text in vary)


def _one(text: str, method: Method) -> tuple[str, BaseDistribution]:
    name, _, values = text.partition("=")
    known = {field: type(getattr(FitConfig(), field)) for field in VARIED}
    if name not in known:
        close = difflib.get_close_matches(name, list(known), n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        raise CheremeError(f"{name} cannot be varied{hint}: choose among {', '.join(known)}")
    low, dots, high = values.partition("..")
    try:
        if not dots:
            return name, CategoricalDistribution([_number(value, known[name]) for value in values.split(",")])
        if method == "grid":
            raise CheremeError(f"{text} is a range, and a grid needs values: {name}=VALUE,VALUE, or --method optuna")
        return name, _range(_number(low, known[name]), _number(high, known[name]))
    except ValueError as error:
        raise CheremeError(
            f"{text} is neither a list of values nor a range: write NAME=VALUE,VALUE or NAME=LOW..HIGH"
        ) from error


def _number(text: str, kind: type[Any]) -> int | float:
    return int(text) if kind is int else float(text)


def _range(low: int | float, high: int | float) -> BaseDistribution:
    wide = low > 0 and high >= 10 * low
    if isinstance(low, int) and isinstance(high, int):
        return IntDistribution(low, high, log=wide)
    return FloatDistribution(low, high, log=wide)
