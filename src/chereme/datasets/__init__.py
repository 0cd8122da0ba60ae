"""Signing as data on disk: one folder holds a table, an array and what is known about them."""

from chereme.datasets.dataset import SignDataset
from chereme.datasets.samples import Sample

__all__ = ["Sample", "SignDataset"]
