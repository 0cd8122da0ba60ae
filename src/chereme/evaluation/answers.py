"""What a model said of each clip, and the file that keeps it: every score can be counted again from that file."""

import json
import math
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.evaluation.metrics import NO_ANSWER, ranks, winners

NOTHING = ""
"""What is said of a clip in which no hands were seen."""

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("gloss", pa.string()),
        ("signer", pa.string()),
        ("session", pa.string()),
        ("predicted", pa.string()),
        ("confidence", pa.float64()),
        ("sign", pa.string()),
        ("scored", pa.bool_()),
        ("correct", pa.bool_()),
        ("idle", pa.float64()),
        ("ranking", pa.string()),
    ]
)
"""predicted, confidence: the most likely gloss, idle among them. sign: the most likely sign. scored: it counts, being a
sign that the model knows. correct: `sign` is `gloss`. idle: probability that nobody signs. ranking: JSON, sign →
probability given that somebody signs, most likely first; empty when no hands were seen."""


@dataclass(frozen=True, eq=False)
class Answers:
    """One row a clip; a sign is ranked among signs, and whether anybody signs stands apart.

    ids, gloss (what was signed), signer and session (None where unknown): object [clips].
    signs: what the model can say, without idle. idle_gloss: its gloss for nobody signing, None where it has none.
    probabilities: float64 [clips, signs], given that somebody signs; a row of NaN where no hands were seen.
    idle: float64 [clips], probability that nobody signs; 0 where the model has no such gloss.
    """

    ids: NDArray[np.object_]
    gloss: NDArray[np.object_]
    signer: NDArray[np.object_]
    session: NDArray[np.object_]
    signs: tuple[str, ...]
    idle_gloss: str | None
    probabilities: NDArray[np.float64]
    idle: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> "Answers":
        """These clips."""
        return replace(
            self,
            ids=self.ids[rows],
            gloss=self.gloss[rows],
            signer=self.signer[rows],
            session=self.session[rows],
            probabilities=self.probabilities[rows],
            idle=self.idle[rows],
        )

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """Which sign was signed, int64 [clips]; -1 for idle, and for what the model does not know."""
        place = {sign: index for index, sign in enumerate(self.signs)}
        return np.array([place.get(gloss, -1) for gloss in self.gloss], dtype=np.int64)

    @property
    def scored(self) -> NDArray[np.bool_]:
        return self.labels >= 0

    @cached_property
    def winners(self) -> NDArray[np.int64]:
        """The most likely sign, int64 [clips]; `NO_ANSWER` where no hands were seen."""
        return winners(self.probabilities)

    @cached_property
    def ranks(self) -> NDArray[np.int64]:
        """The place of the true sign in the ranking, from 0; only of scored clips."""
        return ranks(self.probabilities, self.labels)

    @property
    def right(self) -> NDArray[np.bool_]:
        right: NDArray[np.bool_] = self.scored & (self.winners == self.labels)
        return right

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Probability of the most likely sign as a page would show it, idle being possible; NaN for no answer."""
        sure: NDArray[np.float64] = self.probabilities.max(axis=1, initial=0.0) * (1.0 - self.idle)
        return sure

    @property
    def said(self) -> NDArray[np.bool_]:
        """A sign is more likely than that nobody signs."""
        said: NDArray[np.bool_] = self.confidence > self.idle
        return said

    def write(self, path: Path) -> None:
        """Parquet, or CSV where the name ends so; whole or not at all."""
        table = pa.Table.from_pylist(self._rows(), schema=SCHEMA)
        temporary = path.with_name(f".{path.name}.writing")
        if _is_csv(path):
            pyarrow.csv.write_csv(table, temporary)
        else:
            pq.write_table(table, temporary)
        temporary.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Answers":
        """A file that `write` wrote; raises `CheremeError` for any other."""
        try:
            table = _read_csv(path) if _is_csv(path) else pq.read_table(path)
            columns = table.select(SCHEMA.names).cast(SCHEMA).to_pydict()
            rankings = [json.loads(ranking) for ranking in columns["ranking"]]
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            raise CheremeError(f"{path} is not a file of chereme evaluate --predictions") from error
        signs = tuple(sorted({sign for ranking in rankings for sign in ranking}))
        shares = [[ranking.get(sign, math.nan) for sign in signs] for ranking in rankings]
        ids, gloss, signer, session = (
            np.array(columns[name], dtype=object) for name in ("id", "gloss", "signer", "session")
        )
        idle = [math.nan if share is None else share for share in columns["idle"]]
        idle_gloss = next((said for said in columns["predicted"] if said and said not in signs), None)
        probabilities = np.array(shares, dtype=np.float64).reshape(-1, len(signs))
        return cls(ids, gloss, signer, session, signs, idle_gloss, probabilities, np.array(idle))

    def _rows(self) -> list[dict[str, Any]]:
        rows = []
        for row, order in enumerate(np.argsort(-self.probabilities, axis=1, kind="stable")):
            answered = self.winners[row] != NO_ANSWER
            sign = self.signs[self.winners[row]] if answered else NOTHING
            idles = answered and self.idle_gloss is not None and not self.said[row]
            ranking = {self.signs[place]: float(self.probabilities[row, place]) for place in order} if answered else {}
            rows.append(
                {
                    "id": self.ids[row],
                    "gloss": self.gloss[row],
                    "signer": self.signer[row],
                    "session": self.session[row],
                    "predicted": self.idle_gloss if idles else sign,
                    "confidence": self._sure(row, idles) if answered else None,
                    "sign": sign,
                    "scored": bool(self.scored[row]),
                    "correct": bool(self.right[row]),
                    "idle": float(self.idle[row]) if answered else None,
                    "ranking": json.dumps(ranking, ensure_ascii=False),
                }
            )
        return rows

    def _sure(self, row: int, idles: bool) -> float:
        return float(self.idle[row] if idles else self.confidence[row])


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


def _read_csv(path: Path) -> pa.Table:
    """Only a place that is not quoted is empty: a gloss may be named `null`."""
    options = pyarrow.csv.ConvertOptions(
        column_types=SCHEMA, strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""]
    )
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    return pyarrow.csv.read_csv(path, convert_options=options, parse_options=parsing)
