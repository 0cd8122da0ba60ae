"""Add a sign to a bundle from a few clips, without training, and say what it may be confused with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.manifest import Manifest
from chereme.bundles.read import Bundle
from chereme.bundles.space import Space
from chereme.bundles.write import write_enrolled
from chereme.errors import CheremeError
from chereme.landmarks.sequence import LandmarkSequence
from chereme.recognition.prototypes import Prototypes
from chereme.recognition.recognizer import Recognizer

FEWEST_CLIPS = 3
"""With fewer there is no telling whether the clips of a sign agree."""

NEIGHBOURS = 3
"""Signs named as the most similar."""

RISK = 0.1
"""Probability from which on a confusion is worth telling."""


UNLIKE = 0.4
"""Cosine of the angle to the other clips under which a clip is said to be unlike them: one or two in a hundred clips of
one sign and sitting, and four in five clips of another sign."""


@dataclass(frozen=True)
class Neighbour:
    """Another sign, and a probability."""

    gloss: str
    share: float


@dataclass(frozen=True)
class Enrolment:
    """What the clips of a new sign say of it. They come from few people, often one: others will be read less surely."""

    gloss: str
    clips: int
    recognised: int
    """Clips that are named rightly when the sign is known from the others alone."""
    confidence: float
    """The probability that these then get, on average."""
    looks_like: tuple[Neighbour, ...]
    """What the clips are taken for as long as the sign is not known, the likeliest first; none for the first sign of an
    encoder."""
    unlike: tuple[int, ...]
    """Clips, by their place, that lie far from the others."""
    taken: tuple[Neighbour, ...]
    """Signs of which the typical clip may now be taken for the new sign, and how probably."""


def enrol(
    bundle: Bundle,
    gloss: str,
    clips: Sequence[LandmarkSequence],
    output: Path,
    *,
    texts: Mapping[str, str] | None = None,
    sign_language: str | None = None,
) -> Enrolment:
    """Write `bundle` with one more sign as `output`, which may be the bundle's own path; a path like
    NAME-1.0.0.chereme gives it its name and version.

    clips: of the new sign alone, in any layout, frame rate and length; the most typical of them goes into the bundle
        for people to look at. texts: what the sign says, by spoken language. sign_language: ISO 639-3, where it is
        not the bundle's.

    Raises CheremeError when the bundle knows the gloss already or can learn none, when there are too few clips, and
    (code `no_hands`) when no hand is seen in one.
    """
    manifest = bundle.manifest
    space = _check(bundle, gloss, clips)
    recognizer = Recognizer(bundle)
    network, embeddings = _answers(recognizer, clips)
    found = _judge(manifest, space, gloss, network, embeddings, bundle.enrolled, _typical(recognizer, bundle))
    medoid = int((space.directions(embeddings) @ space.prototype(embeddings)).argmax())
    write_enrolled(
        output,
        bundle,
        {sign.gloss: sign.texts for sign in manifest.enrolled} | {gloss: texts or {}},
        bundle.enrolled | {gloss: embeddings},
        bundle.exemplars | {gloss: clips[medoid]},
        sign_language,
    )
    return found


def withdraw(bundle: Bundle, gloss: str, output: Path) -> None:
    """Write `bundle` without an enrolled sign; nothing of its clips is left. Raises CheremeError for another gloss."""
    names = [sign.gloss for sign in bundle.manifest.enrolled]
    if gloss not in names:
        there_are = f"there are {', '.join(names)}" if names else "none was"
        raise CheremeError(f"{gloss} was not added to {bundle.path.name}: {there_are}", code="unknown_gloss")
    left = {sign.gloss: sign.texts for sign in bundle.manifest.enrolled if sign.gloss != gloss}
    exemplars = {name: clip for name, clip in bundle.exemplars.items() if name != gloss}
    write_enrolled(output, bundle, left, bundle.enrolled, exemplars)


def _check(bundle: Bundle, gloss: str, clips: Sequence[LandmarkSequence]) -> Space:
    manifest = bundle.manifest
    if bundle.space is None:
        raise CheremeError(f"{bundle.path.name} cannot learn signs: build it again with this version", code="no_space")
    if gloss in {sign.gloss for sign in manifest.enrolled}:
        raise CheremeError(f"{gloss} was already added: take it out first with --remove", code="gloss_taken")
    if gloss in {sign.gloss for sign in manifest.glosses}:
        raise CheremeError(
            f"{manifest.name} was trained on {gloss}: give the new sign another gloss", code="gloss_taken"
        )
    if len(clips) < FEWEST_CLIPS:
        raise CheremeError(f"{len(clips)} clips of {gloss} are too few: give {FEWEST_CLIPS} or more, five are better")
    return bundle.space


def _answers(
    recognizer: Recognizer, clips: Sequence[LandmarkSequence]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The network's probabilities [clips, glosses] and embeddings [clips, d]."""
    answers = [recognizer.answer(recognizer.prepare(clip)[None]) for clip in clips]
    return np.concatenate([shares for shares, _ in answers]), np.concatenate([points for _, points in answers])


def _typical(recognizer: Recognizer, bundle: Bundle) -> Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """The network's answer to the exemplar of each sign that has one."""
    known = [sign.gloss for sign in bundle.manifest.vocabulary if sign.gloss in bundle.exemplars]
    return {gloss: _answers(recognizer, [bundle.exemplars[gloss]]) for gloss in known}


def _judge(
    manifest: Manifest,
    space: Space,
    gloss: str,
    network: NDArray[np.float32],
    embeddings: NDArray[np.float32],
    enrolled: Mapping[str, NDArray[np.float32]],
    typical: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]],
) -> Enrolment:
    before = Prototypes(manifest, space, enrolled).rank(network, embeddings).mean(axis=0)
    names = [sign.gloss for sign in manifest.vocabulary]
    own, unlike, first = [], [], 0
    for place in range(len(embeddings)):
        others = np.delete(embeddings, place, axis=0)
        shares = Prototypes(manifest, space, {**enrolled, gloss: others}).rank(network[[place]], embeddings[[place]])[0]
        own.append(float(shares[-1]))
        first += int(shares.argmax() == len(names))
        if float(space.directions(embeddings[place]) @ space.prototype(others)) < UNLIKE:
            unlike.append(place)
    alike = np.argsort(-before)[:NEIGHBOURS].tolist() if manifest.signs else []
    after = Prototypes(manifest, space, {**enrolled, gloss: embeddings})
    taken = [Neighbour(name, float(after.rank(*answer)[0, -1])) for name, answer in typical.items()]
    return Enrolment(
        gloss=gloss,
        clips=len(embeddings),
        recognised=first,
        confidence=float(np.mean(own)),
        looks_like=tuple(Neighbour(names[index], float(before[index])) for index in alike),
        unlike=tuple(unlike),
        taken=tuple(sorted((each for each in taken if each.share >= RISK), key=lambda each: -each.share)),
    )
