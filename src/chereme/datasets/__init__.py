"""Signing as data on disk: one folder holds a table, an array and what is known about them."""

from chereme.datasets.dataset import Sample, SignDataset

__all__ = ["Sample", "SignDataset"]
