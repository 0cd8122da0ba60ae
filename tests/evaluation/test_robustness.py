"""The same clips, changed as cameras and people change them."""

import numpy as np
import pytest

from chereme.datasets import SignDataset
from chereme.evaluation.evaluate import answer_clips, chosen_clips
from chereme.evaluation.robustness import changes, measure_robustness
from chereme.landmarks import HANDS, LandmarkSequence
from chereme.recognition.recognizer import Recognizer

ASPECT = 1.5
MADE = changes(15.0, ASPECT)


@pytest.fixture(scope="module")
def sequence() -> LandmarkSequence:
    """Both hands, the left one seen in every other frame."""
    points = np.random.default_rng(0).normal(0.5, 0.1, (400, 42, 3)).astype(np.float32)
    points[::2, HANDS.slices["left_hand"]] = np.nan
    return LandmarkSequence(points, HANDS, 30.0, ASPECT)


def changed(name: str, clip: LandmarkSequence) -> LandmarkSequence:
    return MADE[name](clip, np.random.default_rng(1))


def test_frame_rates_change_and_the_clip_lasts_as_long(sequence: LandmarkSequence) -> None:
    half, double = changed("half the frame rate", sequence), changed("double the frame rate", sequence)
    assert (half.fps, len(half)) == (15.0, 200)
    assert (double.fps, len(double)) == (60.0, 799)
    assert double.milliseconds[-1] == pytest.approx(sequence.milliseconds[-1])
    assert half.milliseconds[-1] == pytest.approx(sequence.milliseconds[-2])


def test_a_tenth_of_the_hands_is_lost(sequence: LandmarkSequence) -> None:
    lost = changed("10 % of hands lost", sequence)
    assert 1 - lost.present("right_hand").mean() == pytest.approx(0.1, abs=0.05)
    assert not (lost.present("left_hand") & ~sequence.present("left_hand")).any(), "none appears"


@pytest.mark.parametrize("name", ["tilted 15° one way", "30 % larger", "30 % smaller"])
def test_the_camera_keeps_proportions_and_the_middle(name: str, sequence: LandmarkSequence) -> None:
    wide = np.array([ASPECT, 1.0])

    def distances(clip: LandmarkSequence) -> np.ndarray:
        return np.asarray(np.linalg.norm((clip.points[:, 21:, :2] - 0.5) * wide, axis=-1))

    factor = {"t": 1.0, "3": 1.3 if "larger" in name else 0.7}[name[0]]
    assert distances(changed(name, sequence)) == pytest.approx(distances(sequence) * factor, rel=1e-4)


def test_tilting_one_way_and_the_other_is_nothing(sequence: LandmarkSequence) -> None:
    back = changed("tilted 15° the other way", changed("tilted 15° one way", sequence))
    np.testing.assert_allclose(back.points, sequence.points, atol=1e-5)


def test_jitter_is_small_beside_a_hand_and_leaves_what_is_missing(sequence: LandmarkSequence) -> None:
    off = changed("jitter", sequence).points - sequence.points
    assert 0 < np.nanstd(off) < 0.01
    assert (np.isnan(off) == np.isnan(sequence.points)).all()


def test_every_change_is_scored_on_the_scored_clips_and_the_same_seed_changes_alike(
    recognizer: Recognizer, toys: SignDataset
) -> None:
    chosen = chosen_clips(toys)
    answers = answer_clips(recognizer, toys, chosen)
    steps: list[tuple[int, int]] = []
    rows = measure_robustness(recognizer, toys, chosen, answers, seed=3, progress=lambda *step: steps.append(step))
    assert [row["change"] for row in rows] == list(MADE)
    assert {row["n"] for row in rows} == {18}
    assert steps[-1] == (18 * len(MADE), 18 * len(MADE))
    assert rows == measure_robustness(recognizer, toys, chosen, answers, seed=3)
    mirrored = rows[0]
    assert (mirrored["points_lost"], mirrored["lost"], mirrored["p"]) == (0.0, 0, 1.0), "the toy counts hands alike"
    larger = next(row for row in rows if row["change"] == "30 % larger")
    assert larger["points_lost"] == pytest.approx(100 * (larger["lost"] - larger["won"]) / 18)
