"""The people of the final test: the options that `tune` and `train` share, so that neither ever looks at them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from chereme.datasets import SignDataset


@dataclass(frozen=True)
class Apart:
    by: Annotated[Literal["signer", "session", "random"], typer.Option(help="What is held out.")] = "signer"
    held_out: Annotated[
        str, typer.Option(help="The test signers (or sessions), with commas between: never looked at.")
    ] = ""
    split: Annotated[
        str | None, typer.Option(help="A split kept with the dataset, whose part `test` is never looked at.")
    ] = None

    @property
    def named(self) -> bool:
        return bool(self.held_out or self.split)

    def training_part(self, dataset: "SignDataset") -> "SignDataset":
        """All others; raises `CheremeError` for names that do not occur."""
        from chereme.evaluation.validation import training_part

        if self.held_out and self.split:
            raise typer.BadParameter(
                "the split names the test people: leave one of the two out", param_hint="--held-out"
            )
        names = tuple(name for name in self.held_out.split(",") if name)
        return training_part(dataset, self.by, held_out=names, split=self.split)

    def words(self) -> list[str]:
        """The same again for another verb's command line."""
        if self.split:
            return ["--split", self.split]
        return ["--by", self.by, "--held-out", self.held_out] if self.held_out else []
