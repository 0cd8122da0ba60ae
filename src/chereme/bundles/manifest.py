"""`bundle.json`: what a bundle says about itself."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from chereme.errors import CheremeError
from chereme.landmarks.layout import Layout

FORMAT = 1
"""The newest bundle format that this version reads."""

MEMBERS = ("bundle.json", "model.onnx", "model.tflite", "exemplars.npz", "space.npz", "enrolled.npz", "card.md")
"""Every member that a bundle may have; the first two must be there."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Gloss(Strict):
    """One class of the model. Its place in the list is its logit."""

    gloss: str = Field(min_length=1)
    texts: dict[Language, str] = {}
    """What it says in each spoken language; a missing language falls back to the gloss. Empty for the idle gloss.

    In a spelling bundle a text of one space ends the word being spelled.
    """

    def text(self, language: str) -> str:
        """What it says in `language`, or the gloss itself where nobody has written that down."""
        return self.texts.get(language, self.gloss)


class TrainingData(Strict):
    name: str
    source: str
    license: str
    samples: int = Field(ge=1)


class Metric(Strict):
    """A held-out score, never without its split, its n and its interval."""

    name: str
    """`top1`, `top5`, `macro_f1`, …"""
    value: float
    interval_95: tuple[float, float]
    n: int = Field(ge=1)
    dataset: str
    split: str
    """How it was held out: `leave-one-signer-out`, `leave-one-session-out`, …"""
    worst_group: str | None = None
    worst_value: float | None = None


class Spotting(Strict):
    """How a stream becomes signs. Chosen without looking at the held-out signers."""

    window_s: float = Field(default=1.0, gt=0, le=10)
    """Length of the clip that the recogniser is shown: three quarters of a training clip, so that it can lie within a
    sign while idle is still all around."""
    min_confidence: float = Field(default=0.7, ge=0, le=1)
    """A gloss below this is not believed."""
    hold_s: float = Field(default=0.3, ge=0, le=5)
    """How long one gloss must stay ahead before it is committed."""
    pause_s: float = Field(default=0.5, ge=0, le=5)
    """After so long without a sign the same gloss counts again."""


class Split(Strict):
    """Which samples trained the weights: the exact split, so a leak can be found later."""

    kind: Literal["all", "held-out"]
    by: Literal["signer", "session", "random"] | None = None
    held_out: tuple[str, ...] = ()
    train_ids_sha256: Sha256
    """sha256 of the sorted training sample ids, joined by newlines."""


class Manifest(Strict):
    format: int = FORMAT
    name: Name
    version: Version
    title: dict[Language, str]
    sign_language: Annotated[str, StringConstraints(pattern=r"^[a-z]{3}$")]
    """ISO 639-3."""
    glosses: tuple[Gloss, ...] = Field(min_length=2)
    idle: str | None
    """The gloss that means nobody signs; None when the model has no such class."""
    spelling: bool = False
    """Glosses are letters, and join into words."""
    enrolled: tuple[Gloss, ...] = ()
    """Signs added from a few clips, without training. They follow the glosses, and have no logit."""
    encoder: bool = False
    """The glosses only taught the network to tell signs apart: what is answered is idle and the enrolled signs."""
    groups: tuple[str, ...] = Field(min_length=1)
    fps: float = Field(gt=0, le=120)
    aspect: float = Field(gt=0)
    """Assumed where a clip does not say its own."""
    min_frames: int = Field(ge=1)
    max_frames: int = Field(le=1024)
    temperature: float = Field(gt=0)
    """Logits are divided by it before the softmax."""
    spotting: Spotting
    training_data: tuple[TrainingData, ...] = Field(min_length=1)
    split: Split
    weights_sha256: Sha256 | None = None
    """Of the weights that training left: by it the training run is found again."""
    group_weights: dict[str, float] = {}
    """How much each group counts for, 1 in all, where the network learns that."""
    metrics: tuple[Metric, ...] = ()
    idle_false_positives_per_minute: float | None = None
    released: bool = False
    """Passed the release gate; otherwise shown as experimental."""
    landmark_model_sha256: Sha256
    code_version: str
    sha256: dict[str, Sha256]
    """Of every member but `bundle.json` itself."""

    @model_validator(mode="after")
    def _agree_with_itself(self) -> Self:
        names = [gloss.gloss for gloss in (*self.glosses, *self.enrolled)]
        if len(set(names)) != len(names):
            raise ValueError("a gloss is listed twice")
        if self.idle is not None and self.idle not in names[: len(self.glosses)]:
            raise ValueError(f"the idle gloss {self.idle!r} is not among the glosses")
        if self.encoder and self.idle is None:
            raise ValueError("an encoder needs an idle gloss")
        if self.min_frames > self.max_frames:
            raise ValueError("min_frames is above max_frames")
        try:
            Layout(self.groups)
        except CheremeError as error:
            raise ValueError(str(error)) from error
        return self

    @cached_property
    def layout(self) -> Layout:
        """The points that the model reads, in its order."""
        return Layout(self.groups)

    @cached_property
    def vocabulary(self) -> tuple[Gloss, ...]:
        """What a recogniser answers with, in the order of its probabilities: trained glosses, then enrolled signs."""
        trained = (gloss for gloss in self.glosses if not self.encoder or gloss.gloss == self.idle)
        return (*trained, *self.enrolled)

    @cached_property
    def signs(self) -> tuple[Gloss, ...]:
        """What it can say: the vocabulary but idle. Empty for an encoder to which no sign was added."""
        return tuple(gloss for gloss in self.vocabulary if gloss.gloss != self.idle)

    @cached_property
    def idle_index(self) -> int | None:
        """Which place of the vocabulary means that nobody signs."""
        if self.idle is None:
            return None
        return next(index for index, gloss in enumerate(self.vocabulary) if gloss.gloss == self.idle)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Spoken languages in which at least one sign has a text, in alphabetical order."""
        return tuple(sorted({language for gloss in self.vocabulary for language in gloss.texts}))
