"""The models by name. Adding one is a file beside this one, a line here and a test; or a package of its own."""

import difflib
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from torch import nn

from chereme.errors import CheremeError
from chereme.landmarks.layout import Layout
from chereme.models.conv_transformer import ConvTransformer, ConvTransformerConfig
from chereme.models.embedding_transformer import EmbeddingTransformer, EmbeddingTransformerConfig
from chereme.models.key_frame import KeyFrame, KeyFrameConfig
from chereme.models.letters_cnn import LettersCnn, LettersCnnConfig
from chereme.models.letters_cnn_rnn import LettersCnnRnn, LettersCnnRnnConfig
from chereme.models.lstm import Lstm, LstmConfig
from chereme.models.nearest import Nearest, NearestConfig
from chereme.models.r2plus1d import R2Plus1D, R2Plus1DConfig
from chereme.models.random_forest import RandomForest, RandomForestConfig
from chereme.models.skeleton_graph import SkeletonGraph, SkeletonGraphConfig
from chereme.models.skeleton_video import SkeletonVideo, SkeletonVideoConfig
from chereme.models.spoter import Spoter, SpoterConfig
from chereme.models.temporal_conv import TemporalConv, TemporalConvConfig

MODELS: dict[str, tuple[type[Any], type[nn.Module]]] = {
    "conv_transformer": (ConvTransformerConfig, ConvTransformer),
    "embedding_transformer": (EmbeddingTransformerConfig, EmbeddingTransformer),
    "key_frame": (KeyFrameConfig, KeyFrame),
    "lstm": (LstmConfig, Lstm),
    "nearest": (NearestConfig, Nearest),
    "random_forest": (RandomForestConfig, RandomForest),
    "skeleton_graph": (SkeletonGraphConfig, SkeletonGraph),
    "skeleton_video": (SkeletonVideoConfig, SkeletonVideo),
    "spoter": (SpoterConfig, Spoter),
    "temporal_conv": (TemporalConvConfig, TemporalConv),
}
"""Name → (configuration dataclass, module taking `layout`, `classes` and that configuration)."""

PICTURE_MODELS: dict[str, tuple[type[Any], type[nn.Module]]] = {
    "letters_cnn": (LettersCnnConfig, LettersCnn),
    "letters_cnn_rnn": (LettersCnnRnnConfig, LettersCnnRnn),
    "r2plus1d": (R2Plus1DConfig, R2Plus1D),
}
"""Those that look at pictures of hands and not at landmarks: name → (configuration dataclass with `side` and `frames`,
the size and number of pictures it reads, and module taking `classes` and that configuration)."""

PLUG_INS = "chereme.models"
"""The group of entry points by which other packages add models: name → a pair as in `MODELS`."""


def build_model(name: str, layout: Layout, classes: int, options: dict[str, Any] | None = None) -> nn.Module:
    """A model with fresh weights; raises `CheremeError` for an unknown name or option, naming the nearest, and for a
    plug-in that does not load."""
    if name in PICTURE_MODELS:
        return build_picture_model(name, classes, options)
    config, module = _find(name)
    return module(layout, classes, _configured(name, config, options))


def build_picture_model(name: str, classes: int, options: dict[str, Any] | None = None) -> nn.Module:
    """The same for one of `PICTURE_MODELS`; raises `CheremeError` for a model that looks at landmarks."""
    configured = picture_config(name, options)
    return PICTURE_MODELS[name][1](classes, configured)


def picture_config(name: str, options: dict[str, Any] | None = None) -> Any:
    """The configuration of one of `PICTURE_MODELS`; raises as `build_picture_model` does."""
    if name in PICTURE_MODELS:
        return _configured(name, PICTURE_MODELS[name][0], options)
    _find(name)
    raise CheremeError(f"{name} looks at landmarks, not at pictures: choose among {', '.join(PICTURE_MODELS)}")


def _configured(name: str, config: type[Any], options: dict[str, Any] | None) -> Any:
    unknown = [option for option in options or {} if option not in config.__dataclass_fields__]
    if unknown:
        raise CheremeError(f"{name} has no option {unknown[0]}{_nearest(unknown[0], config.__dataclass_fields__)}")
    return config(**(options or {}))


def _find(name: str) -> tuple[type[Any], type[nn.Module]]:
    """Chereme's own come first, so that no package can take their place."""
    if name in MODELS:
        return MODELS[name]
    plug_ins = {entry.name: entry for entry in entry_points(group=PLUG_INS)}
    if name in plug_ins:
        return _load(plug_ins[name])
    known = [*MODELS, *PICTURE_MODELS, *plug_ins]
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
