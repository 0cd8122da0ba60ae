"""`Recognizer`: a bundle that answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.manifest import Manifest
from chereme.bundles.read import Bundle
from chereme.bundles.runtime import open_session
from chereme.errors import CheremeError
from chereme.landmarks.sequence import LandmarkSequence, interpolate
from chereme.recognition.presence import hands_seen
from chereme.recognition.prototypes import Prototypes


@dataclass(frozen=True)
class Prediction:
    """One place in the ranking of a clip."""

    gloss: str
    texts: Mapping[str, str]
    """What it says, by spoken language; empty for the idle gloss."""
    confidence: float
    """Calibrated probability, 0–1; those of all glosses sum to one."""
    idle: bool
    """The gloss means that nobody signs."""


class Recognizer:
    """Names isolated signs. Safe to share between threads; the same clip always gives the same answer."""

    def __init__(self, bundle: Bundle, threads: int = 1) -> None:
        self.manifest = bundle.manifest
        self._session = open_session(bundle.onnx, bundle.path.name, threads)
        self._prototypes: Prototypes | None = None
        if bundle.space and (self.manifest.enrolled or self.manifest.encoder):
            self._prototypes = Prototypes(self.manifest, bundle.space, bundle.enrolled)

    def predict(self, sequence: LandmarkSequence, top: int = 5) -> tuple[Prediction, ...]:
        """The `top` most likely glosses of a clip, best first, the idle gloss among them.

        The clip may be in any layout, frame rate, aspect and length. Where it does not state its fps or aspect, those
        of the bundle are assumed. Raises CheremeError with code `no_hands` when no hand is seen in it.
        """
        probabilities = self.probabilities(self.prepare(sequence)[None])[0]
        glosses = self.manifest.vocabulary
        return tuple(
            Prediction(
                glosses[index].gloss,
                glosses[index].texts,
                float(probabilities[index]),
                index == self.manifest.idle_index,
            )
            for index in np.argsort(-probabilities, kind="stable")[:top].tolist()
        )

    def prepare(self, sequence: LandmarkSequence) -> NDArray[np.float32]:
        """A clip as the graph reads it: float32 [frames, points, 3], x multiplied by the aspect, NaN = missing.

        Frames before the first hand and after the last are left out: they say nothing, and a recorded clip has many.
        Raises CheremeError with code `no_hands` when no hand is seen.
        """
        manifest = self.manifest
        clip = sequence.select(manifest.layout)
        if clip.times is not None or clip.fps not in (None, manifest.fps):
            clip = clip.resample(manifest.fps)
        seen = np.flatnonzero(hands_seen(clip.points, manifest.layout))
        if len(seen) == 0:
            raise CheremeError("no hands were seen in the clip", code="no_hands")
        points = clip.points[seen[0] : seen[-1] + 1].copy()
        points[..., 0] *= sequence.aspect or manifest.aspect
        return self.fit(points)

    def fit(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """A clip [frames, points, 3] with as many frames as the model takes: stretched or condensed if need be."""
        frames = min(max(len(points), self.manifest.min_frames), self.manifest.max_frames)
        if frames == len(points):
            return points
        source = np.arange(len(points), dtype=np.float64)
        return interpolate(points, source, np.linspace(0.0, len(points) - 1.0, frames))

    def probabilities(self, clips: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities float32 [batch, vocabulary] of prepared clips float32 [batch, frames, points, 3].

        Raises CheremeError (code `no_signs`) when the bundle is an encoder to which no sign was added.
        """
        if not self.manifest.signs:
            raise no_signs(self.manifest)
        network, embeddings = self.answer(clips)
        return network if self._prototypes is None else self._prototypes.rank(network, embeddings)

    def answer(self, clips: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What the network alone says of prepared clips: probabilities [batch, glosses] and embeddings [batch, d]."""
        content = np.ascontiguousarray(clips, dtype=np.float32)
        logits, embeddings = self._session.run(["logits", "embedding"], {"landmarks": content})
        scaled = logits / self.manifest.temperature
        shares = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        normalised: NDArray[np.float32] = (shares / shares.sum(axis=-1, keepdims=True)).astype(np.float32)
        return normalised, embeddings

    def probabilities_of(self, clips: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Probabilities float32 [len(clips), vocabulary] of prepared clips of different lengths, in few calls.

        Clips of one length share a call; nothing is padded, so an answer does not depend on its company.
        """
        answers = np.empty((len(clips), len(self.manifest.vocabulary)), dtype=np.float32)
        of_length: dict[int, list[int]] = {}
        for index, clip in enumerate(clips):
            of_length.setdefault(len(clip), []).append(index)
        for indices in of_length.values():
            answers[indices] = self.probabilities(np.stack([clips[index] for index in indices]))
        return answers


def no_signs(manifest: Manifest) -> CheremeError:
    """Of an encoder that is asked too early."""
    return CheremeError(f"{manifest.name} knows no sign yet: add some with chereme enrol", code="no_signs")
