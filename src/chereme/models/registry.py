"""The models by name. Adding one is a file beside this one, a line here and a test; or a package of its own."""

import difflib
from importlib.metadata import EntryPoint, entry_points
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


PLUG_INS = "chereme.models"
"""The group of entry points by which other packages add models: name → a pair as in `MODELS`."""


def build_model(name: str, layout: Layout, classes: int, options: dict[str, Any] | None = None) -> nn.Module:
    """A model with fresh weights; raises `CheremeError` for an unknown name or option, naming the nearest, and for a
    plug-in that does not load."""
    config, module = _find(name)
    unknown = [option for option in options or {} if option not in config.__dataclass_fields__]
    if unknown:
        raise CheremeError(f"{name} has no option {unknown[0]}{_nearest(unknown[0], config.__dataclass_fields__)}")
    return module(layout, classes, config(**(options or {})))


def _find(name: str) -> tuple[type[Any], type[nn.Module]]:
    """Chereme's own come first, so that no package can take their place."""
    if name in MODELS:
        return MODELS[name]
    plug_ins = {entry.name: entry for entry in entry_points(group=PLUG_INS)}
    if name in plug_ins:
        return _load(plug_ins[name])
    known = [*MODELS, *plug_ins]
    raise CheremeError(f"unknown model {name}{_nearest(name, known)}: choose among {', '.join(known)}")


def _load(entry: EntryPoint) -> tuple[type[Any], type[nn.Module]]:
    try:
        config, module = entry.load()
    except Exception as error:  # whatever another package does wrong while it is imported
        raise CheremeError(f"the plug-in model {entry.name} ({entry.value}) does not load: {error}") from error
    return config, module


def _nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
