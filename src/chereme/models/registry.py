"""The models by name. Adding one is a file beside this one, a line here and a test."""

import difflib
from typing import Any

from torch import nn

from chereme.errors import CheremeError
from chereme.landmarks.layout import Layout
from chereme.models.conv_transformer import ConvTransformer, ConvTransformerConfig
from chereme.models.embedding_transformer import EmbeddingTransformer, EmbeddingTransformerConfig
from chereme.models.lstm import Lstm, LstmConfig
from chereme.models.skeleton_graph import SkeletonGraph, SkeletonGraphConfig
from chereme.models.spoter import Spoter, SpoterConfig

MODELS: dict[str, tuple[type[Any], type[nn.Module]]] = {
    "conv_transformer": (ConvTransformerConfig, ConvTransformer),
    "embedding_transformer": (EmbeddingTransformerConfig, EmbeddingTransformer),
    "lstm": (LstmConfig, Lstm),
    "skeleton_graph": (SkeletonGraphConfig, SkeletonGraph),
    "spoter": (SpoterConfig, Spoter),
}
"""Name → (configuration dataclass, module taking `layout`, `classes` and that configuration)."""


def build_model(name: str, layout: Layout, classes: int, options: dict[str, Any] | None = None) -> nn.Module:
    """A model with fresh weights; raises `CheremeError` for an unknown name or option, naming the nearest."""
    if name not in MODELS:
        raise CheremeError(f"unknown model {name}{_nearest(name, MODELS)}: choose among {', '.join(MODELS)}")
    config, module = MODELS[name]
    unknown = [option for option in options or {} if option not in config.__dataclass_fields__]
    if unknown:
        raise CheremeError(f"{name} has no option {unknown[0]}{_nearest(unknown[0], config.__dataclass_fields__)}")
    return module(layout, classes, config(**(options or {})))


def _nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
