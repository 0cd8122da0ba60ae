"""Architectures: one file each, found by name."""

from chereme.models.registry import MODELS, build_model

__all__ = ["MODELS", "build_model"]
