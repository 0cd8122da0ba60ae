"""A stream of frames becomes words: the toy model answers without a runtime, so only the session is tested."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from chereme.bundles.manifest import Manifest
from chereme.errors import CheremeError
from chereme.landmarks.layout import HANDS
from chereme.landmarks.sequence import LandmarkSequence
from chereme.recognition.events import Event, Partial, Sentence, Word
from chereme.recognition.live import STRIDE_MS, LiveSession
from chereme.recognition.recognizer import Recognizer

Clip = Callable[..., NDArray[np.float32]]
Fields = Callable[[], dict[str, Any]]

PLACES = np.array([(0.8, 0.0), (0.2, 0.0), (0.5, -0.6), (0.5, 0.6)])


class Toy(Recognizer):
    """The toy model in three lines; counts how often, and on how many frames, it was asked."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.asked: list[int] = []

    def probabilities(self, clips: NDArray[np.float32]) -> NDArray[np.float32]:
        self.asked.append(clips.shape[1])
        mean = np.nanmean(clips[..., 1:], axis=(1, 2))
        logits = -30.0 * ((mean[:, None] - PLACES) ** 2).sum(axis=-1)
        shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
        answer: NDArray[np.float32] = (shares / shares.sum(axis=-1, keepdims=True)).astype(np.float32)
        return answer


@pytest.fixture
def toy(fields: Fields) -> Toy:
    return Toy(Manifest.model_validate(fields() | {"sha256": {}}))


@pytest.fixture
def session(toy: Toy) -> LiveSession:
    return LiveSession(toy)


def play(
    session: LiveSession, clips: Iterable[NDArray[np.float32]], fps: float = 15.0, start: float = 0.0
) -> list[Event]:
    """Replay clips, made at 15 fps, end to end at another camera rate."""
    points = np.concatenate(list(clips))
    events: list[Event] = []
    for number in range(round(len(points) / 15.0 * fps)):
        events += session.observe(start + number * 1000.0 / fps, points[int(number * 15.0 / fps)])
    return events


def words(events: Iterable[Event]) -> list[str]:
    return [event.gloss for event in events if isinstance(event, Word)]


def test_g1_nothing_is_asked_before_enough_frames(session: LiveSession, toy: Toy, clip: Clip) -> None:
    assert play(session, [clip("up", 7)]) == []
    assert toy.asked == []
    play(session, [clip("up", 1)], start=7 * 1000 / 15)
    assert toy.asked == [8]


@pytest.mark.parametrize("fps", [7.0, 15.0, 30.0, 60.0])
def test_g2_the_model_is_asked_at_most_once_a_stride(session: LiveSession, toy: Toy, clip: Clip, fps: float) -> None:
    play(session, [clip("up", 150)], fps)
    assert 0 < len(toy.asked) <= 10_000 / STRIDE_MS


def test_g3_one_answer_is_not_enough(session: LiveSession, clip: Clip) -> None:
    events = play(session, [clip("up", 8)])
    assert any(isinstance(event, Partial) and event.state == "signing" for event in events)
    assert words(events) == []


def test_g4_the_buffer_is_empty_when_no_hand_is_seen_for_a_while(session: LiveSession, toy: Toy, clip: Clip) -> None:
    events = play(session, [clip("up", 12), clip(None, 12)])
    assert events[-1] == Partial((), "idle")
    asked = len(toy.asked)
    play(session, [clip(None, 60)], start=2000)
    play(session, [clip("near", 7)], start=6000)
    assert len(toy.asked) == asked


def test_g5_the_same_word_counts_twice_after_a_pause_and_once_without(session: LiveSession, clip: Clip) -> None:
    held = play(session, [clip("up", 60)])
    assert words(held) == ["up"]
    again = play(session, [clip(None, 20), clip("up", 20), clip("-", 30), clip("up", 20)], start=4000)
    assert words(again) == ["up", "up"]


def test_g6_idle_and_doubt_say_nothing(session: LiveSession, clip: Clip) -> None:
    between = ((clip("up", 90) + clip("near", 90)) / 2).astype(np.float32)
    assert words(play(session, [clip("-", 90), between])) == []


def test_g7_clear_empties_buffer_and_sentence(session: LiveSession, clip: Clip) -> None:
    play(session, [clip("up", 20)])
    assert session.sentence.text == "Up"
    assert session.clear() == [Partial((), "idle"), Sentence("", ())]
    assert session.words == ()
    assert words(play(session, [clip("near", 7)], start=2000)) == []


def test_g7_an_answer_to_a_question_from_before_a_clear_changes_nothing(session: LiveSession, clip: Clip) -> None:
    for number in range(8):
        session.feed(number * 66.0, clip("up", 8)[number])
    assert session.due() is not None
    session.clear()
    assert session.advance(np.array([0, 1, 0, 0], dtype=np.float32)) == []


def test_g8_the_last_sign_counts_when_the_stream_ends(session: LiveSession, toy: Toy, clip: Clip) -> None:
    assert words(play(session, [clip("up", 11)])) == []
    assert words(session.finish()) == ["up"]
    assert session.finish() == []


def test_g9_after_the_hands_left_the_session_starts_anew(session: LiveSession, clip: Clip) -> None:
    events = play(session, [clip("up"), clip(None), clip("near"), clip(None)])
    kinds = [type(event).__name__ for event in events if not isinstance(event, Partial)]
    assert kinds == ["Word", "Sentence"] * 2
    assert session.sentence.text == "Up near"


def test_g10_texts_follow_the_language(session: LiveSession, clip: Clip) -> None:
    play(session, [clip("away"), clip(None), clip("up")])
    assert session.sentence.text == "how are you? Up"
    (sentence,) = session.set_language("vi")
    assert isinstance(sentence, Sentence)
    assert sentence.text == "away Lên"
    with pytest.raises(CheremeError, match="choose among en, vi") as caught:
        session.set_language("km")
    assert caught.value.code == "unknown_language"


@pytest.mark.parametrize("gap", [None, "-"])
@pytest.mark.parametrize("fps", [7.0, 15.0, 30.0])
def test_g11_three_clips_joined_are_three_words(session: LiveSession, clip: Clip, gap: str | None, fps: float) -> None:
    idle = clip(gap, 20)
    events = play(session, [idle, clip("up"), idle, clip("near"), idle, clip("away"), idle], fps)
    assert words(events) == ["up", "near", "away"]


def test_signs_may_follow_each_other_without_idle(session: LiveSession, clip: Clip) -> None:
    assert words(play(session, [clip("up"), clip("near"), clip("up")])) == ["up", "near", "up"]


@pytest.mark.parametrize("gap", [None, "-"])
def test_g12_the_spotted_span_overlaps_the_truth(session: LiveSession, clip: Clip, gap: str | None) -> None:
    events = play(session, [clip(gap, 30), clip("up", 15), clip(gap, 30)])
    (word,) = (event for event in events if isinstance(event, Word))
    start, end = 2000.0, 3000.0
    overlap = min(word.end, end) - max(word.start, start)
    union = max(word.end, end) - min(word.start, start)
    assert overlap / union > 0.5


def test_g13_a_left_handed_signer_is_read_like_a_right_handed_one(toy: Toy, clip: Clip) -> None:
    stream = LandmarkSequence(np.concatenate([clip("up"), clip(None), clip("near"), clip(None)]), HANDS, 15.0)
    assert words(play(LiveSession(toy), [stream.mirror().points])) == ["up", "near"]


def test_a_hand_that_drops_out_for_a_few_frames_does_not_count_twice(session: LiveSession, clip: Clip) -> None:
    points = clip("up", 45)
    points[12:16] = np.nan
    points[25] = np.nan
    assert words(play(session, [points, clip(None)])) == ["up"]


def test_a_jittery_clock_changes_nothing(session: LiveSession, clip: Clip) -> None:
    points = np.concatenate([clip("up"), clip(None), clip("near"), clip(None)])
    steps = np.random.default_rng(0).uniform(5, 128, len(points))
    events = [event for ms, frame in zip(np.cumsum(steps), points, strict=True) for event in session.observe(ms, frame)]
    assert words(events) == ["up", "near"]


def test_after_a_long_silence_of_the_stream_nothing_is_carried_over(session: LiveSession, toy: Toy, clip: Clip) -> None:
    play(session, [clip("up", 20)])
    asked = len(toy.asked)
    events = play(session, [clip("up", 7)], start=60_000)
    assert len(toy.asked) == asked
    assert words(events + play(session, [clip("up", 13)], start=60_500)) == ["up"]


def test_no_question_is_asked_twice_at_a_time(session: LiveSession, clip: Clip) -> None:
    points = clip("up", 40)
    for number in range(20):
        session.feed(number * 66.0, points[number])
    assert session.due() is not None
    for number in range(20, 40):
        session.feed(number * 66.0, points[number])
    assert session.due() is None
    session.advance(np.array([0, 1, 0, 0], dtype=np.float32))
    assert session.due() is not None


def test_a_slow_model_still_sees_the_last_of_a_sign(session: LiveSession, clip: Clip) -> None:
    """The hands leave while an earlier question is still being answered."""
    points = np.concatenate([clip("up", 13), clip(None, 10)])
    answer = np.array([0, 1, 0, 0], dtype=np.float32)
    events: list[Event] = []
    for number, frame in enumerate(points):
        events += session.feed(number * 66.0, frame)
        if number == 8:
            assert session.due() is not None
    assert words(events) == []
    assert words(session.advance(answer)) == []
    assert session.due() is not None
    assert words(session.advance(answer)) == ["up"]
    assert session.due() is None


def test_push_to_sign_makes_one_word_of_what_lies_between(toy: Toy, clip: Clip) -> None:
    session = LiveSession(toy, mode="push")
    assert words(play(session, [clip("near", 30)])) == []
    assert session.push(True) == []
    assert play(session, [clip("up", 30)], start=3000) == []
    events = session.push(False)
    assert words(events) == ["up"]
    assert toy.asked == [30]
    assert session.push(False) == []


def test_a_push_without_a_sign_says_nothing(toy: Toy, clip: Clip) -> None:
    session = LiveSession(toy, mode="push")
    for gloss in (None, "-"):
        session.push(True)
        play(session, [clip(gloss, 15)], start=0 if gloss is None else 2000)
        assert words(session.push(False)) == []


def test_push_belongs_to_mode_push(session: LiveSession) -> None:
    with pytest.raises(CheremeError) as caught:
        session.push(True)
    assert caught.value.code == "bad_message"


def test_undo_takes_back_the_last_word(session: LiveSession, clip: Clip) -> None:
    play(session, [clip("up"), clip(None), clip("near"), clip(None)])
    (sentence,) = session.undo()
    assert isinstance(sentence, Sentence)
    assert sentence.text == "Up"


def test_letters_join_and_a_pause_without_hands_ends_the_word(fields: Fields, clip: Clip) -> None:
    session = LiveSession(Toy(Manifest.model_validate(fields() | {"spelling": True, "sha256": {}})))
    breath, pause = clip(None, 12), clip(None, 30)
    play(session, [clip("up"), breath, clip("near"), breath, clip("near"), pause, clip("up"), pause])
    assert session.sentence.text == "Upnearnear Up"


@pytest.mark.parametrize(
    ("ms", "shape", "value"),
    [(0.0, (41, 3), 0.0), (np.nan, (42, 3), 0.0), (-1.0, (42, 3), 0.0), (9.0, (42, 3), np.inf)],
)
def test_a_bad_frame_is_refused(session: LiveSession, ms: float, shape: tuple[int, int], value: float) -> None:
    session.observe(0.0, np.zeros((42, 3), dtype=np.float32))
    with pytest.raises(CheremeError) as caught:
        session.observe(ms, np.full(shape, value, dtype=np.float32))
    assert caught.value.code == "bad_frame"


FRAMES = st.lists(
    st.tuples(
        st.floats(0, 3000),
        st.sampled_from([np.nan, 0.0, 0.2, 0.5, 0.8, -1e30, 1e30]),
        st.sampled_from(["all", "left_hand", "right_hand", "half", "none"]),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(FRAMES, st.sampled_from(["continuous", "push"]))
def test_garbage_never_raises(fields: Fields, frames: list[tuple[float, float, str]], mode: Any) -> None:
    session = LiveSession(Toy(Manifest.model_validate(fields() | {"sha256": {}})), mode=mode)
    now = 0.0
    with np.errstate(all="ignore"):
        for number, (step, value, where) in enumerate(frames):
            now += step
            points = np.full((42, 3), np.nan, dtype=np.float32)
            if where in HANDS.slices:
                points[HANDS.slices[where]] = value
            elif where != "none":
                points[:: 1 if where == "all" else 2] = value
            session.observe(now, points)
            if mode == "push":
                session.push(number % 7 < 4)
        session.finish()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 3000), max_size=60))
def test_nobody_never_says_a_word(fields: Fields, steps: list[float]) -> None:
    toy = Toy(Manifest.model_validate(fields() | {"sha256": {}}))
    session = LiveSession(toy)
    nobody = np.full((42, 3), np.nan, dtype=np.float32)
    events = [event for ms in np.cumsum(steps) for event in session.observe(float(ms), nobody)]
    assert events + session.finish() == []
    assert toy.asked == []
