"""How well signs of another language are learnt from a few clips, by an encoder that never saw one of them.

    python -m benchmarks.enrolment --data DATA_FOLDER [--encoder encoder] [--json]

DATA_FOLDER holds ksl-words: 13 signs in five sessions. Five clips of each sign from one session are enrolled, and all
clips of the other sessions are named among the 13; every session in turn, with several choices of clips.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.read import Bundle, open_bundle
from chereme.bundles.shipped import find_bundle
from chereme.bundles.space import Space
from chereme.datasets import SignDataset
from chereme.datasets.aspect import estimate_aspect
from chereme.errors import CheremeError
from chereme.recognition.enrolment import enrol
from chereme.recognition.recognizer import Recognizer

UNSEEN = "ksl-words"
CLIPS = (1, 3, 5)
CHOICES = 10
"""Of clips, for each session."""
HAND_GROUPS = ("left_hand", "right_hand")
DRAWS = 2000
"""Of sessions, for the interval."""


@dataclass(frozen=True)
class Seen:
    """What an encoder makes of a dataset: embeddings [clips, d], NaN without hands, and of each clip its gloss and
    session."""

    embeddings: NDArray[np.float32]
    gloss: NDArray[np.str_]
    session: NDArray[np.str_]


@dataclass(frozen=True)
class Score:
    """top1: the mean over sessions. interval_95: of that, drawing sessions. sessions: those enrolled from."""

    clips: int
    top1: float
    interval_95: tuple[float, float]
    sessions: dict[str, float]


def look(bundle: Bundle, dataset: SignDataset) -> Seen:
    """Clips of one length are shown together. Of a clip without hands there is no embedding: it counts as an error."""
    recognizer, aspect = Recognizer(bundle), estimate_aspect(dataset)
    of_length: dict[int, list[tuple[int, NDArray[np.float32]]]] = {}
    for row, clip in enumerate(dataset):
        if any(clip.present(group).any() for group in HAND_GROUPS):
            prepared = recognizer.prepare(replace(clip, aspect=clip.aspect or aspect))
            of_length.setdefault(len(prepared), []).append((row, prepared))
    embeddings: dict[int, NDArray[np.float32]] = {}
    for clips in of_length.values():
        for start in range(0, len(clips), 64):
            rows, points = zip(*clips[start : start + 64], strict=True)
            embeddings.update(zip(rows, recognizer.answer(np.stack(points))[1], strict=True))
    nothing = np.full_like(next(iter(embeddings.values())), np.nan)
    gloss, session = (dataset.column(name).astype(np.str_) for name in ("gloss", "session"))
    return Seen(np.stack([embeddings.get(row, nothing) for row in range(len(dataset))]), gloss, session)


def score(space: Space, seen: Seen, clips: int) -> Score:
    sessions = {
        session: statistics.mean(_trials(space, seen, session, clips)) for session in np.unique(seen.session).tolist()
    }
    means = np.array(list(sessions.values()))
    drawn = np.random.default_rng(0).choice(means, (DRAWS, len(means))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Score(clips, float(means.mean()), (float(low), float(high)), sessions)


def _trials(space: Space, seen: Seen, session: str, clips: int) -> Iterator[float]:
    """Share of the other sessions' clips that are named rightly, for each choice of clips of this one."""
    glosses = np.unique(seen.gloss)
    elsewhere, shown = seen.session != session, ~np.isnan(seen.embeddings).any(axis=1)
    directions = space.directions(seen.embeddings[elsewhere & shown])
    for choice in range(CHOICES):
        random = np.random.default_rng(choice)
        signs = []
        for gloss in glosses:
            own = np.flatnonzero((seen.gloss == gloss) & ~elsewhere & shown)
            signs.append(space.prototype(seen.embeddings[random.choice(own, clips, replace=False)]))
        named = glosses[(directions @ np.array(signs).T).argmax(axis=1)]
        yield float((named == seen.gloss[elsewhere & shown]).sum() / elsewhere.sum())


def seconds_to_enrol(bundle: Bundle, dataset: SignDataset) -> float:
    """Median time of adding a sign, landmarks given, to the file on disk."""
    clips = [dataset[row] for row in np.flatnonzero(dataset.column("gloss") == dataset.glosses[0])[:5]]
    took = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(5):
            start = time.perf_counter()
            enrol(bundle, "a new sign", clips, Path(folder) / "b.chereme")
            took.append(time.perf_counter() - start)
    return statistics.median(took)


@dataclass(frozen=True)
class Found:
    encoder: str
    dataset: str
    clips_tested: int
    """Each from every session but its own."""
    signs: int
    scores: list[Score]
    seconds_to_enrol: float


def measure(encoder: Path, data: Path) -> Found:
    bundle, dataset = open_bundle(encoder), SignDataset.open(data / UNSEEN)
    if bundle.space is None or any(each.name == UNSEEN for each in bundle.manifest.training_data):
        raise CheremeError(f"{encoder} was trained on {UNSEEN}, or has no space: give another encoder")
    seen = look(bundle, dataset)
    return Found(
        encoder=f"{bundle.manifest.name} {bundle.manifest.version}",
        dataset=dataset.description.name,
        clips_tested=len(dataset),
        signs=len(dataset.glosses),
        scores=[score(bundle.space, seen, clips) for clips in CLIPS],
        seconds_to_enrol=seconds_to_enrol(bundle, dataset),
    )


def table(found: Found) -> str:
    lines = ["| clips a sign | top-1 | 95 % interval, drawing sessions | worst session |", "|---:|---:|---|---:|"]
    lines += [
        f"| {each.clips} | {each.top1:.3f} | {each.interval_95[0]:.3f}–{each.interval_95[1]:.3f} "
        f"| {min(each.sessions.values()):.3f} |"
        for each in found.scores
    ]
    about = f"{found.encoder}, {found.signs} signs; a sign is added in {found.seconds_to_enrol:.2f} s"
    return "\n".join([*lines, "", about])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", default="encoder", help="a bundle, by path or name [default: encoder]")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    wanted = parser.parse_args()
    found = measure(find_bundle(wanted.encoder), wanted.data)
    print(json.dumps(asdict(found)) if wanted.json else table(found))


if __name__ == "__main__":
    main()
