"""Recognisers as papers and tutorials publish them, beside ours: trained on the same people, tested on the same others.

A peer is a file with `fit(lesson) -> Recogniser` and a line below.
"""

from importlib import import_module

from benchmarks.peers.lesson import Fit

PEERS = (
    "ours",
    "ours_quick",
    "random_forest",
    "tutorial_lstm",
    "deep_lstm",
    "multirocket_hydra",
    "gislr_winner",
    "spoter",
    "decoupled_gcn",
)
"""Files of this folder."""


def fit_of(peer: str) -> Fit:
    """Imported when it is its turn: each brings its own libraries."""
    fit: Fit = import_module(f"benchmarks.peers.{peer}").fit
    return fit
