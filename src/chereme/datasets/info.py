"""What is in a dataset, counted."""

from collections import Counter
from typing import Any

import numpy as np

from chereme.datasets.dataset import SignDataset


def describe(dataset: SignDataset) -> dict[str, Any]:
    """Counts of clips by gloss, signer and session (empty name: not stated), lengths, and the share of frames that lack
    each group."""
    lengths = [sample.frames for sample in dataset.samples]
    missing = {}
    for group in dataset.layout.groups:
        seen = sum(int(clip.present(group).sum()) for clip in dataset)
        missing[group] = 1.0 - seen / max(1, sum(lengths))
    return {
        "name": dataset.description.name,
        "sign_language": dataset.description.sign_language,
        "license": dataset.description.license,
        "groups": list(dataset.layout.groups),
        "samples": len(dataset),
        "glosses": dict(sorted(Counter(sample.gloss for sample in dataset.samples).items())),
        "signers": dict(sorted(Counter(sample.signer or "" for sample in dataset.samples).items())),
        "sessions": dict(sorted(Counter(sample.session or "" for sample in dataset.samples).items())),
        "frames": {
            "total": sum(lengths),
            "shortest": min(lengths, default=0),
            "median": int(np.median(lengths)) if lengths else 0,
            "longest": max(lengths, default=0),
        },
        "missing": missing,
    }
