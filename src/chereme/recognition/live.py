"""`LiveSession`: a stream of landmarks becomes words and a sentence."""

import math
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.manifest import Manifest
from chereme.errors import CheremeError
from chereme.recognition.buffer import Clip, FrameBuffer
from chereme.recognition.events import Candidate, Event, Partial, Sentence, SentenceWord, Word
from chereme.recognition.sentence import SentenceBuilder
from chereme.recognition.spotting import Spot, Spotter

STRIDE_MS = 120.0
"""Stream time between two questions to the model."""
HANDS_GONE_MS = 400.0
"""A hand that is missed for less has only dropped out."""
WORD_END_MS = 1500.0
"""No hand for so long ends a spelled word."""
STREAM_BREAK_MS = 2000.0
"""No frame at all for so long: what came before has nothing to do with what follows."""
PUSH_SECONDS = 10.0
"""The longest sign between push down and push up."""
SHOWN = 5
"""Candidates in a `Partial`."""

Mode = Literal["continuous", "push"]


class Answers(Protocol):
    """What a session needs of a `Recognizer`."""

    @property
    def manifest(self) -> Manifest: ...

    def fit(self, points: NDArray[np.float32]) -> NDArray[np.float32]: ...

    def probabilities(self, clips: NDArray[np.float32]) -> NDArray[np.float32]: ...


class LiveSession:
    """One signer's stream.

    The simple way is `observe`. A server that runs the model elsewhere, or for many sessions at once, takes it apart:
    `feed` and `press` are cheap; `due` then gives a clip to ask the model about, or None; `advance` takes the answer.
    Not safe to use from two threads at once.
    """

    def __init__(
        self, recognizer: Answers, *, language: str = "en", mode: Mode = "continuous", aspect: float | None = None
    ) -> None:
        """aspect: width / height of the pictures; None takes the bundle's.

        Raises CheremeError (code `unknown_language`).
        """
        manifest = recognizer.manifest
        self._recognizer = recognizer
        self._manifest = manifest
        self._mode = mode
        self._check_language(language)
        self.language = language
        window = manifest.spotting.window_s
        self._buffer = FrameBuffer(
            manifest.layout, manifest.fps, aspect or manifest.aspect, window if mode == "continuous" else PUSH_SECONDS
        )
        self._enough = max(manifest.min_frames, math.ceil(window * manifest.fps / 2))
        self._spotter = Spotter(manifest.spotting, manifest.idle_index)
        self._sentence = SentenceBuilder(spelling=manifest.spelling)
        self._next_id = 1
        self._now: float | None = None
        self._last_hand: float | None = None
        self._down = False
        self._forget()

    def _forget(self) -> None:
        """Nothing is in the buffer, nothing is asked."""
        self._buffer.clear()
        self._hand_at: float | None = None
        self._asked_at: float | None = None
        self._asked: Clip | None = None
        self._closing = False
        self._asked_last = False

    @property
    def sentence(self) -> Sentence:
        """The sentence so far, in the session's language."""
        return self._sentence.render(self.language)

    @property
    def words(self) -> tuple[SentenceWord, ...]:
        """The signs of the sentence so far."""
        return self.sentence.words

    def observe(self, ms: float, points: NDArray[np.float32]) -> list[Event]:
        """Take one frame and say what it changed; the model runs here when it is due.

        ms: milliseconds on any clock that never runs backwards.
        points: float32 [points, 3] of the bundle's groups, x and y as fractions of the picture, NaN = not detected.

        Raises CheremeError (code `bad_frame`) on other shapes, infinite values and times that run backwards.
        """
        return self.feed(ms, points) + self._answer()

    def push(self, down: bool) -> list[Event]:
        """Push-to-sign: what lies between `True` and `False` is one sign. Raises CheremeError outside mode `push`."""
        return self.press(down) + self._answer()

    def _answer(self) -> list[Event]:
        clip = self.due()
        return [] if clip is None else self.advance(self._recognizer.probabilities(clip[None])[0])

    def feed(self, ms: float, points: NDArray[np.float32]) -> list[Event]:
        """`observe` without the model: keeps the frame, and says what the hands alone tell."""
        self._check_frame(ms, points)
        events = self._break() if self._now is not None and ms - self._now > STREAM_BREAK_MS else []
        self._now = ms
        hand = self._buffer.add(ms, points)
        if hand:
            self._hand_at = self._last_hand = ms
            if self._mode == "continuous":
                self._closing = False
            return events
        if self._mode == "continuous":
            events += self._without_hand(ms)
        return events

    def press(self, down: bool) -> list[Event]:
        """`push` without the model."""
        if self._mode != "push":
            raise CheremeError("push belongs to mode push: start the session with it", code="bad_message")
        if down and not self._down:
            self._forget()
        self._closing = self._down and not down
        self._down = down
        return []

    def due(self) -> NDArray[np.float32] | None:
        """A clip float32 [frames, points, 3] that the model should be asked about now, or None.

        A clip is due when the answer can have changed: enough frames with a hand, new ones since the last question, and
        `STRIDE_MS` of stream time between. While one is being asked about, no other is due.
        """
        if self._asked is not None or self._now is None or self._hand_at is None:
            return None
        if self._mode == "push" and not self._closing:
            return None
        asked_at = self._asked_at
        if not self._closing and asked_at is not None and self._hand_at - asked_at < STRIDE_MS:
            return None
        clip = self._buffer.clip()
        if clip is None or (self._mode == "continuous" and len(clip.points) < self._enough):
            return None
        self._asked, self._asked_at, self._asked_last = clip, clip.end, self._closing
        return self._recognizer.fit(clip.points)

    def advance(self, probabilities: NDArray[np.float32]) -> list[Event]:
        """Take the model's answer, float32 [vocabulary], on the clip that `due` gave.

        An answer that nobody waits for any more, because the session was cleared since, changes nothing.
        """
        clip, self._asked = self._asked, None
        if clip is None:
            return []
        shares = [float(share) for share in probabilities]
        if self._mode == "push":
            return self._take_pushed(clip, shares)
        spot = self._spotter.predict(clip.start, clip.end, shares)
        events = [self._partial(shares), *self._commit(spot)]
        return events + self._close() if self._asked_last else events

    def finish(self) -> list[Event]:
        """The stream has ended: what was being signed is over. The model runs here if it has not seen all of it."""
        if self._mode == "push" or self._hand_at is None:
            return []
        self._closing = self._unseen_clip() is not None
        return self._answer() if self._closing else self._close()

    def clear(self) -> list[Event]:
        """Forget the sentence and the buffer."""
        self._forget()
        self._spotter.clear()
        self._sentence.clear()
        return [Partial((), "idle"), self.sentence]

    def undo(self) -> list[Event]:
        """Take back the last word, or the last letter of the word being spelled."""
        self._sentence.undo()
        return [self.sentence]

    def set_language(self, language: str) -> list[Event]:
        """Say it in another language from now on. Raises CheremeError (code `unknown_language`)."""
        self._check_language(language)
        self.language = language
        return [self.sentence]

    def _without_hand(self, ms: float) -> list[Event]:
        """Nobody's hands are in this frame: perhaps they only dropped out, perhaps a sign or a spelled word is over."""
        events: list[Event] = []
        if self._hand_at is not None and ms - self._hand_at >= HANDS_GONE_MS:
            if self._unseen_clip() is not None:
                self._closing = True  # the last of the sign is still to be looked at
            elif self._asked is None:
                events = self._close()
        if self._hand_at is None:
            self._spotter.quiet(ms)
        if self._last_hand is not None and ms - self._last_hand >= WORD_END_MS:
            self._sentence.end_word()
        return events

    def _unseen_clip(self) -> Clip | None:
        """What is in the buffer, if the model has not seen all of it and it is long enough to be shown."""
        if self._hand_at is None or (self._asked_at is not None and self._hand_at <= self._asked_at):
            return None
        clip = self._buffer.clip()
        return clip if clip is not None and len(clip.points) >= self._enough else None

    def _close(self) -> list[Event]:
        """The hands have left: what was ahead is committed, and the buffer starts anew."""
        spot = self._spotter.close(self._hand_at or 0.0)
        self._forget()
        return [*self._commit(spot), Partial((), "idle")]

    def _break(self) -> list[Event]:
        """The stream stood still, so that what was under way is over."""
        events = self._close() if self._hand_at is not None and self._mode == "continuous" else []
        self._forget()
        self._spotter.clear()
        self._sentence.end_word()
        return events

    def _take_pushed(self, clip: Clip, shares: list[float]) -> list[Event]:
        """One sign was asked for: the likeliest that is not idle, if it can be believed."""
        self._forget()
        best = int(np.argmax(shares))
        if best == self._manifest.idle_index or shares[best] < self._manifest.spotting.min_confidence:
            return [self._partial(shares)]
        return [self._partial(shares), *self._commit(Spot(best, shares[best], clip.start, clip.end))]

    def _commit(self, spot: Spot | None) -> list[Event]:
        if spot is None:
            return []
        gloss = self._manifest.vocabulary[spot.index]
        word = Word(self._next_id, gloss.gloss, gloss.text(self.language), spot.confidence, spot.start, spot.end)
        self._next_id += 1
        self._sentence.add(word.id, gloss)
        return [word, self.sentence]

    def _partial(self, shares: list[float]) -> Partial:
        """The ranking without the idle gloss; empty when idle leads."""
        idle = self._manifest.idle_index
        ranking = sorted(range(len(shares)), key=shares.__getitem__, reverse=True)
        if ranking[0] == idle:
            return Partial((), "idle")
        glosses = self._manifest.vocabulary
        top = tuple(
            Candidate(glosses[index].gloss, glosses[index].text(self.language), shares[index])
            for index in ranking[: SHOWN + 1]
            if index != idle
        )[:SHOWN]
        return Partial(top, "hold" if self._spotter.state == "hold" else "signing")

    def _check_language(self, language: str) -> None:
        known = self._manifest.languages
        if known and language not in known:
            raise CheremeError(
                f"{self._manifest.name} has no texts in {language!r}: choose among {', '.join(known)}",
                code="unknown_language",
            )

    def _check_frame(self, ms: float, points: NDArray[np.float32]) -> None:
        expected = (len(self._manifest.layout), 3)
        if points.shape != expected:
            raise CheremeError(f"a frame has {list(points.shape)} numbers, expected {list(expected)}", code="bad_frame")
        if np.isinf(points).any():
            raise CheremeError("a frame holds infinite values: mark missing points as NaN", code="bad_frame")
        if not math.isfinite(ms) or (self._now is not None and ms < self._now):
            raise CheremeError(f"the time of a frame, {ms}, is not finite or runs backwards", code="bad_frame")
