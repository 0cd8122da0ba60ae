"""What is in a dataset, counted."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from chereme.datasets.dataset import SignDataset
from chereme.datasets.presence import seen_frames
from chereme.datasets.split_file import read_split, split_names
from chereme.errors import CheremeError, first_line


def describe(dataset: SignDataset) -> dict[str, Any]:
    """Counts of clips by gloss, signer and session (empty name: not stated), lengths, rates, the share of frames that
    lack each group, clips without hands, splits with the glosses they lack, and figures of quality where there are
    some."""
    lengths = dataset.column("frames")
    seen = seen_frames(dataset)
    hands = [seen[hand] for hand in ("left_hand", "right_hand") if hand in seen]
    glosses = Counter(dataset.column("gloss"))
    total = int(lengths.sum())
    return {
        "name": dataset.description.name,
        "sign_language": dataset.description.sign_language,
        "license": dataset.description.license,
        "groups": list(dataset.layout.groups),
        "samples": len(dataset),
        "glosses": dict(sorted(glosses.items())),
        "clips_per_gloss": _spread(np.array(list(glosses.values()))),
        "signers": _named(dataset.column("signer")),
        "sessions": _named(dataset.column("session")),
        "frames": {
            "total": total,
            "shortest": int(lengths.min(initial=total)),
            "median": int(np.median(lengths)) if len(lengths) else 0,
            "longest": int(lengths.max(initial=0)),
        },
        "fps": _rates(dataset.column("fps")),
        "aspect": _rates(dataset.column("aspect")),
        "missing": {group: 1.0 - int(frames.sum()) / max(1, total) for group, frames in seen.items()},
        "clips_without_hands": int((np.sum(hands, axis=0) == 0).sum()) if hands else None,
        "splits": _splits(dataset),
        "quality": quality(dataset),
    }


def quality(dataset: SignDataset) -> dict[str, dict[str, float]]:
    """min, mean and max of each figure in `quality.parquet`, which extraction writes; empty where there is none."""
    file = dataset.path / "quality.parquet"
    if not file.is_file():
        return {}
    try:
        table = pq.read_table(file)
    except (OSError, ValueError) as error:
        raise CheremeError(f"{file} cannot be read as a table: {first_line(error)}") from error
    found = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = column.to_numpy()
        if np.issubdtype(values.dtype, np.number) and np.isfinite(values).any():
            found[name] = _spread(values[np.isfinite(values)])
    return found


def _spread(values: NDArray[Any]) -> dict[str, float]:
    if not len(values):
        return {"min": 0, "mean": 0.0, "max": 0}
    return {"min": values.min().item(), "mean": float(values.mean()), "max": values.max().item()}


def _named(names: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(name or "" for name in names).items()))


def _rates(values: NDArray[np.float64]) -> dict[str, int]:
    """Clips by value, three decimals; empty name: not stated."""
    named = Counter("" if np.isnan(value) else f"{value:.3f}".rstrip("0").rstrip(".") for value in values)
    return dict(named.most_common())


def _splits(dataset: SignDataset) -> dict[str, dict[str, Any]]:
    """For each split that is kept, and the split column as `split`: clips and glosses that each part lacks."""
    parts = {name: read_split(dataset, name).part_of(dataset) for name in split_names(dataset)}
    column = dataset.column("split")
    if any(part is not None for part in column):
        parts = {"split": column, **parts}
    glosses = dataset.column("gloss")
    found: dict[str, dict[str, Any]] = {}
    for name, part_of in parts.items():
        found[name] = {}
        for part in sorted({part for part in part_of if part is not None}):
            mine = part_of == part
            missing = sorted(set(dataset.glosses) - set(glosses[mine]))
            found[name][part] = {"clips": int(mine.sum()), "missing_glosses": missing}
    return found
