"""Options that several verbs share, as the fields of a dataclass."""

from collections.abc import Callable
from dataclasses import is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any


def takes_groups(verb: Callable[..., None]) -> Callable[..., None]:
    """The verb as Typer wants it: in place of each parameter whose type is a dataclass stand its fields."""
    own = signature(verb).parameters
    groups: dict[str, Any] = {name: each.annotation for name, each in own.items() if is_dataclass(each.annotation)}
    fields = {name: signature(group).parameters for name, group in groups.items()}

    @wraps(verb)
    def run(**given: Any) -> None:
        made = {name: group(**{field: given.pop(field) for field in fields[name]}) for name, group in groups.items()}
        verb(**made, **given)

    shown = [each for name, alone in own.items() for each in (fields[name].values() if name in fields else [alone])]
    required_first = sorted(shown, key=lambda each: each.default is not Parameter.empty)
    vars(run)["__signature__"] = Signature(required_first)
    return run
