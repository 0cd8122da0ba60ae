"""Several scores side by side, and whether they differ on the clips that all of them saw."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from chereme.errors import CheremeError
from chereme.evaluation.answers import Answers
from chereme.evaluation.evaluate import grouping
from chereme.evaluation.intervals import clustered_interval, mcnemar, wilson_interval
from chereme.evaluation.metrics import macro_f1

FIGURES = ("n", "top1", "interval_95", "top5", "macro_f1", "worst_group", "oracle_upper_bound")
"""Of a row of the table, None where the file does not say. `oracle_upper_bound` is no accuracy: it used the truth."""


@dataclass(frozen=True)
class Score:
    """What one file says: `facts` for its row of the table; for each scored clip whether it was right, and whose."""

    name: str
    facts: Mapping[str, Any]
    right: Mapping[str, bool] = field(default_factory=dict)
    groups: Mapping[str, str | None] = field(default_factory=dict)


def read_scores(paths: Sequence[Path]) -> list[Score]:
    """Each by the name of its file; by its path where files in several folders have the same name."""
    stems = [path.stem for path in paths]
    return [replace(read_score(path), name=path.stem if stems.count(path.stem) == 1 else str(path)) for path in paths]


def read_score(path: Path) -> Score:
    """A result of `chereme evaluate` or `chereme crossval`: its JSON, or its predictions.

    A JSON that names its predictions is read with them, where they still lie there or beside it.
    """
    if path.suffix.lower() == ".json":
        return _read_json(path)
    if path.suffix.lower() == ".csv" and (rows := _crossval_rows(path)) is not None:
        return _of_crossval(path, rows)
    return _of_answers(path.stem, Answers.read(path))


def compare(scores: Sequence[Score], seed: int = 0) -> dict[str, Any]:
    """The table, and each later score against the first on the clips that both scored.

    `difference` is in percentage points of top-1; its interval draws whole signers (None where they are unknown), `p`
    is McNemar's exact and takes clips as independent. Without common clips there is no pair.
    """
    first, *others = scores
    pairs = [pair for other in others if (pair := _pair(first, other, seed))]
    return {
        "scores": [{"name": score.name, **score.facts} for score in scores],
        "against": first.name,
        "pairs": pairs,
        "not_compared": [other.name for other in others if other.name not in {pair["name"] for pair in pairs}],
        "seed": seed,
    }


def markdown(result: Mapping[str, Any]) -> str:
    """The tables of `compare`, for a page or a terminal."""
    oracle = any(row["oracle_upper_bound"] is not None for row in result["scores"])
    head = ["score", "model", "dataset", "held out", "clips", "top-1", "95 %", "top-5", "macro-F1", "worst group"]
    rows = [
        [
            row["name"],
            row["model"],
            row["dataset"],
            row["by"],
            row["n"],
            _share(row["top1"]),
            _range(row["interval_95"]),
            _share(row["top5"]),
            _share(row["macro_f1"]),
            _worst(row["worst_group"]),
            *([_share(row["oracle_upper_bound"])] if oracle else []),
        ]
        for row in result["scores"]
    ]
    lines = _table([*head, *(["upper bound with an oracle, not an accuracy"] if oracle else [])], rows)
    if result["pairs"]:
        lines += ["", *_pairs_table(result)]
    if result["not_compared"]:
        names = ", ".join(result["not_compared"])
        lines += ["", f"Not compared clip by clip, for want of predictions or of common clips: {names}."]
    return "\n".join(lines) + "\n"


def _pairs_table(result: Mapping[str, Any]) -> list[str]:
    head = [f"against {result['against']}", "clips of both", "points", "95 %, drawing people", "p"]
    return _table(
        head,
        [
            [
                pair["name"],
                pair["common"],
                f"{pair['difference']:+.2f}",
                "{:+.2f} to {:+.2f}".format(*pair["interval_95"]) if pair["interval_95"] else None,
                f"{pair['p']:.2g}",
            ]
            for pair in result["pairs"]
        ],
    )


def _pair(first: Score, other: Score, seed: int) -> dict[str, Any] | None:
    common = sorted(first.right.keys() & other.right.keys())
    if not common:
        return None
    before = np.array([first.right[clip] for clip in common])
    after = np.array([other.right[clip] for clip in common])
    difference = after.astype(float) - before
    groups = [first.groups.get(clip) or other.groups.get(clip) for clip in common]
    interval = clustered_interval(difference, groups, seed)
    won, lost = int((after & ~before).sum()), int((before & ~after).sum())
    return {
        "name": other.name,
        "against": first.name,
        "common": len(common),
        "difference": 100 * float(difference.mean()),
        "interval_95": [100 * bound for bound in interval] if interval else None,
        "won": won,
        "lost": lost,
        "p": mcnemar(lost, won),
    }


def _read_json(path: Path) -> Score:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        model = content["model"] if "model" in content else content["bundle"]
        facts = _facts(model, content["dataset"], content["by"], {name: content.get(name) for name in FIGURES})
        kept = content.get("predictions")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheremeError(f"{path} is not a result of chereme evaluate or crossval") from error
    places = [place for place in (Path(kept), path.parent / Path(kept).name) if place.is_file()] if kept else []
    clips = read_score(places[0]) if places else Score(path.stem, {})
    return Score(path.stem, facts, clips.right, clips.groups)


def _of_answers(name: str, answers: Answers) -> Score:
    scored = answers.take(answers.scored)
    by, groups = grouping(scored)
    truth, said = scored.gloss.tolist(), [scored.signs[place] if place >= 0 else "" for place in scored.winners]
    figures = _count(truth, said, groups.tolist()) | {"top5": float((scored.ranks < 5).mean()) if len(scored) else None}
    ids = scored.ids.tolist()
    return Score(
        name,
        _facts(None, None, by, figures),
        dict(zip(ids, scored.right.tolist(), strict=True)),
        dict(zip(ids, groups.tolist(), strict=True)),
    )


def _crossval_rows(path: Path) -> list[dict[str, str]] | None:
    """Rows of `chereme crossval --predictions`; None where the file is something else."""
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            if not {"id", "gloss", "held_out", "sign", "scored"} <= set(reader.fieldnames or ()):
                return None
            return [row for row in reader if row["scored"] == "True"]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CheremeError(f"{path} cannot be read as a table of predictions") from error


def _of_crossval(path: Path, rows: Sequence[Mapping[str, str]]) -> Score:
    groups = [row["held_out"] for row in rows]
    figures = _count([row["gloss"] for row in rows], [row["sign"] for row in rows], groups)
    return Score(
        path.stem,
        _facts(None, None, "held out", figures),
        {row["id"]: row["sign"] == row["gloss"] for row in rows},
        {row["id"]: row["held_out"] for row in rows},
    )


def _count(truth: Sequence[str], said: Sequence[str], groups: Sequence[str | None]) -> dict[str, Any]:
    """The figures that follow from one answer a clip."""
    if not truth:
        raise CheremeError("a file of predictions has no clip that was scored")
    place = {gloss: number for number, gloss in enumerate(sorted({*truth, *said}))}
    labels = np.array([place[gloss] for gloss in truth], dtype=np.int64)
    predicted = np.array([place[gloss] for gloss in said], dtype=np.int64)
    right = labels == predicted
    of_group = {group: right[[each == group for each in groups]] for group in {*groups} - {None}}
    worst = min(of_group, key=lambda group: (of_group[group].mean(), group), default=None)
    return {
        "n": len(labels),
        "top1": float(right.mean()),
        "interval_95": list(wilson_interval(int(right.sum()), len(labels))),
        "macro_f1": macro_f1(predicted, labels),
        "worst_group": {"group": worst, "n": len(of_group[worst]), "top1": float(of_group[worst].mean())}
        if worst is not None
        else None,
    }


def _facts(model: str | None, dataset: str | None, by: str | None, figures: Mapping[str, Any]) -> dict[str, Any]:
    return {"model": model, "dataset": dataset, "by": by, **{name: figures.get(name) for name in FIGURES}}


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    cells = [["–" if cell is None else str(cell).replace("|", "\\|") for cell in row] for row in (head, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return [lines[0], "|---" * len(head) + "|", *lines[1:]]


def _share(share: float | None) -> str | None:
    return None if share is None else f"{share:.4f}"


def _range(interval: Sequence[float] | None) -> str | None:
    return None if interval is None else f"{interval[0]:.3f}–{interval[1]:.3f}"


def _worst(worst: Mapping[str, Any] | None) -> str | None:
    return None if worst is None else f"{worst.get('group', worst.get('held_out'))}: {worst['top1']:.4f}"
