"""The state machine alone: probabilities over time in, committed signs out."""

from chereme.bundles.manifest import Spotting
from chereme.recognition.spotting import Spot, Spotter

IDLE, A, B = 0, 1, 2
STEP = 100.0
SPOTTING = Spotting(window_s=1.0, min_confidence=0.6, hold_s=0.15, pause_s=0.5)


def sure(index: int, confidence: float = 0.9) -> list[float]:
    rest = (1.0 - confidence) / 2
    return [confidence if each == index else rest for each in range(3)]


def spots(answers: list[list[float]], spotting: Spotting = SPOTTING, idle: int | None = IDLE) -> list[Spot]:
    """One answer every 100 ms, each on the second before it."""
    spotter = Spotter(spotting, idle)
    found = [
        spotter.predict(1000.0 + number * STEP - 1000.0, 1000.0 + number * STEP, answer)
        for number, answer in enumerate(answers)
    ]
    return [spot for spot in found if spot is not None]


def committed(answers: list[list[float]], spotting: Spotting = SPOTTING, idle: int | None = IDLE) -> list[int]:
    return [spot.index for spot in spots(answers, spotting, idle)]


def test_g3_a_sign_is_committed_after_equal_predictions_in_a_row() -> None:
    twice = Spotting(window_s=1.0, min_confidence=0.6, hold_s=0.0, pause_s=0.5)
    assert committed([sure(A), sure(B), sure(B)], twice) == [B]
    assert committed([sure(A), sure(B), sure(A), sure(B)], twice) == []


def test_a_sign_is_committed_when_it_was_held_long_enough() -> None:
    held = Spotting(window_s=1.0, min_confidence=0.6, hold_s=0.35, pause_s=0.5)
    assert committed([sure(A)] * 4, held) == []
    assert committed([sure(A)] * 5, held) == [A]


def test_g5_the_same_sign_counts_again_after_a_pause_only() -> None:
    assert committed([sure(A)] * 3 + [sure(A)] * 3) == [A]
    assert committed([sure(A)] * 3 + [sure(IDLE)] * 6 + [sure(A)] * 3) == [A, A]
    assert committed([sure(A)] * 3 + [sure(IDLE)] * 2 + [sure(A)] * 3) == [A]


def test_another_sign_between_needs_no_pause() -> None:
    assert committed([sure(A)] * 3 + [sure(B)] * 3 + [sure(A)] * 3) == [A, B, A]


def test_g6_low_confidence_and_idle_say_nothing() -> None:
    assert committed([sure(A, 0.5)] * 30) == []
    assert committed([sure(IDLE)] * 30) == []


def test_wavering_is_no_pause() -> None:
    assert committed([sure(A)] * 3 + [sure(A, 0.5)] * 10 + [sure(A)] * 3) == [A]


def test_without_an_idle_gloss_low_confidence_is_the_pause() -> None:
    assert committed([sure(A)] * 3 + [sure(A, 0.5)] * 10 + [sure(A)] * 3, idle=None) == [A, A]


def test_the_state_goes_from_idle_to_signing_to_hold_and_back() -> None:
    spotter = Spotter(SPOTTING, IDLE)
    states = []
    for number, answer in enumerate([sure(IDLE)] + [sure(A)] * 4 + [sure(IDLE)] * 6):
        spotter.predict(number * STEP, number * STEP + 1000.0, answer)
        states.append(spotter.state)
    assert states[:5] == ["idle", "signing", "signing", "hold", "hold"]
    assert states[-1] == "idle"


def test_a_sign_is_committed_when_the_hands_leave() -> None:
    spotter = Spotter(Spotting(window_s=1.0, min_confidence=0.6, hold_s=2.0, pause_s=0.5), IDLE)
    for number in range(3):
        assert spotter.predict(number * STEP, 1000.0 + number * STEP, sure(A)) is None
    spot = spotter.close(1300.0)
    assert spot is not None
    assert (spot.index, spot.end) == (A, 1300.0)
    assert spotter.close(1400.0) is None


def test_confidence_is_the_best_that_was_seen() -> None:
    assert spots([sure(A, 0.7), sure(A, 0.95), sure(A, 0.8)])[0].confidence == 0.95


def test_the_span_of_a_sign_begins_where_half_the_window_saw_it() -> None:
    (spot,) = spots([sure(IDLE)] * 5 + [sure(A)] * 3)
    assert (spot.start, spot.end) == (1000.0, 1700.0)
