"""The course of a sitting: prompt, key, countdown, recording, and again until the goal is reached."""

import math
import time
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.collecting.collection import LAYOUT, Collection
from chereme.datasets.collecting.live_frames import LiveFrames
from chereme.datasets.collecting.plan import Plan
from chereme.datasets.collecting.scene import Scene
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.frames import Frame
from chereme.landmarks.sequence import LandmarkSequence

START, AGAIN, NEXT, QUIT = "s", "r", "n", "q"

FAREWELL_S = 5
"""How long the last clip may still be taken again before the command ends by itself."""


class Stage(Protocol):
    """Where the sitting is seen and heard."""

    def show(self, scene: Scene, frame: Frame, points: NDArray[np.float32]) -> None: ...

    def key(self) -> str:
        """The next key of the four that was pressed; empty when there is none."""
        ...


class Director:
    """Goes through the plan before the camera; every clip is kept by the collection at once.

    clip_frames: frames of a sequence, at least 2; 1 for stills, which are then taken one after another until the goal.
    countdown: whole seconds before each recording.

    Landmarks come from one tracker that follows the signer from frame to frame, as in live use.
    """

    def __init__(
        self,
        plan: Plan,
        collection: Collection,
        live: LiveFrames,
        extractor: Extractor,
        stage: Stage,
        *,
        clip_frames: int,
        countdown: int,
    ) -> None:
        self._plan, self._collection = plan, collection
        self._live, self._extractor, self._stage = live, extractor, stage
        self._clip_frames, self._countdown = clip_frames, countdown
        self._last_gloss, self._last_ids = "", list[str]()
        self._note = ""

    def run(self) -> None:
        """Until everything is recorded, or the key to quit."""
        key = ""
        while key != QUIT:
            if key == NEXT:
                self._plan.skip()
            if key == AGAIN:
                self._discard_last()
            gloss = self._plan.gloss
            if gloss is None:
                key = self._wait("all is recorded; R takes the last one again", FAREWELL_S) or QUIT
            elif key in (START, AGAIN):
                key = self._record(gloss)
            else:
                key = self._wait("press S to start")

    def _record(self, gloss: str) -> str:
        """Clips of this gloss until the goal; returns the key that broke in, empty for a pause."""
        while self._plan.missing(gloss):
            key = self._wait("get ready", self._countdown) or self._take(gloss)
            if key:
                return "" if key == START else key
        return ""

    def _take(self, gloss: str) -> str:
        self._last_gloss, self._last_ids = gloss, []
        return self._take_stills(gloss) if self._clip_frames == 1 else self._take_sequence(gloss)

    def _take_stills(self, gloss: str) -> str:
        seen = 0
        while self._plan.missing(gloss):
            frame = self._live.newest()
            points = self._look(frame, "recording", recording=True)
            self._keep(LandmarkSequence(points[None], LAYOUT, None, frame.aspect), [frame])
            seen += _has_hand(points)
            self._note = f"kept {len(self._last_ids)}, a hand in {seen}"
            if key := self._stage.key():
                return key
        return ""

    def _take_sequence(self, gloss: str) -> str:
        """Every frame of the camera, so that the clip runs as evenly as the camera does."""
        frames, points = list[Frame](), list[NDArray[np.float32]]()
        for frame in self._live.following(self._clip_frames):
            frames.append(frame)
            points.append(self._look(frame, "recording", recording=True))
            if key := self._stage.key():
                self._note = "the clip was broken off and not kept"
                return key
        length = frames[-1].milliseconds - frames[0].milliseconds
        fps = (len(frames) - 1) * 1000.0 / length
        self._keep(LandmarkSequence(np.stack(points), LAYOUT, fps, frames[0].aspect), frames)
        seen = sum(map(_has_hand, points))
        self._note = f"kept {self._last_ids[-1]}: a hand in {seen} of {len(frames)} frames, {fps:.0f} a second"
        return ""

    def _keep(self, clip: LandmarkSequence, frames: list[Frame]) -> None:
        self._last_ids.append(self._collection.keep(self._last_gloss, clip, frames))
        self._plan.add(self._last_gloss, 1)

    def _discard_last(self) -> None:
        if self._last_ids:
            self._collection.discard(self._last_ids)
            self._plan.add(self._last_gloss, -len(self._last_ids))
            self._note = f"took back {len(self._last_ids)}"
            self._last_ids = []

    def _wait(self, state: str, seconds: int | None = None) -> str:
        """The key that was pressed; empty when the seconds are over."""
        end = math.inf if seconds is None else time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._look(self._live.newest(), state if seconds is None else f"{state}: {math.ceil(left)}")
            if key := self._stage.key():
                return key
        return ""

    def _look(self, frame: Frame, state: str, *, recording: bool = False) -> NDArray[np.float32]:
        points = self._extractor.detect(frame)
        gloss, plan = self._plan.gloss, self._plan
        count = plan.goal if gloss is None else plan.count(gloss)
        scene = Scene(gloss, count, plan.goal, plan.recorded, plan.wanted, state, self._note, recording)
        self._stage.show(scene, frame, points)
        return points


def _has_hand(points: NDArray[np.float32]) -> bool:
    hands = [points[LAYOUT.slices[hand]] for hand in ("left_hand", "right_hand")]
    return any(bool(np.isfinite(hand[:, 0]).any()) for hand in hands)
