"""A bundle answers the same for Python, for any frame rate, layout, aspect and length."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chereme.bundles.read import open_bundle
from chereme.errors import CheremeError
from chereme.landmarks.layout import BODY, HANDS, HOLISTIC
from chereme.landmarks.sequence import LandmarkSequence
from chereme.recognition.recognizer import Recognizer

Clip = Callable[..., NDArray[np.float32]]


@pytest.fixture(scope="module")
def recognizer(toy_bundle: Path) -> Recognizer:
    return Recognizer(open_bundle(toy_bundle))


def test_a_clip_is_ranked_with_confidence(recognizer: Recognizer, clip: Clip) -> None:
    ranking = recognizer.predict(LandmarkSequence(clip("near"), HANDS, 15.0, 4 / 3), top=3)
    assert [len(ranking), ranking[0].gloss, ranking[0].texts] == [3, "near", {"en": "near"}]
    confidences = [prediction.confidence for prediction in ranking]
    assert confidences == sorted(confidences, reverse=True)
    assert 0.9 < sum(confidences) <= 1.0 + 1e-6


def test_idle_stays_in_the_ranking_and_is_marked(recognizer: Recognizer, clip: Clip) -> None:
    ranking = recognizer.predict(LandmarkSequence(clip("-"), HANDS, 15.0))
    assert [ranking[0].gloss, ranking[0].idle, ranking[1].idle] == ["-", True, False]


def test_the_same_clip_always_gives_the_same_answer(recognizer: Recognizer, toy_bundle: Path, clip: Clip) -> None:
    sequence = LandmarkSequence(clip("up"), HANDS, 15.0)
    again = Recognizer(open_bundle(toy_bundle))
    assert recognizer.predict(sequence) == recognizer.predict(sequence) == again.predict(sequence)


def test_onnx_equals_torch(recognizer: Recognizer, toy_module: Any, clip: Clip) -> None:
    import torch

    clips = np.stack([clip("up", 12), clip("away", 12), clip("near", 12)])
    clips[1, 3:6] = np.nan
    with torch.no_grad():
        logits, _ = toy_module(torch.from_numpy(clips))
    np.testing.assert_allclose(recognizer.probabilities(clips), torch.softmax(logits, dim=-1).numpy(), atol=1e-5)


def test_temperature_divides_the_logits(recognizer: Recognizer, toy_bundle: Path, clip: Clip) -> None:
    bundle = open_bundle(toy_bundle)
    bundle.manifest = bundle.manifest.model_copy(update={"temperature": 20.0})
    sequence = LandmarkSequence(clip("up"), HANDS, 15.0)
    assert Recognizer(bundle).predict(sequence)[0].confidence < recognizer.predict(sequence)[0].confidence


@pytest.mark.parametrize("fps", [7.0, 15.0, 30.0, 60.0])
def test_frame_rate_does_not_matter(recognizer: Recognizer, clip: Clip, fps: float) -> None:
    clip_at_rate = LandmarkSequence(clip("away", round(fps)), HANDS, fps)
    assert recognizer.predict(clip_at_rate)[0].gloss == "away"
    assert len(recognizer.prepare(clip_at_rate)) == pytest.approx(15, abs=1)


def test_uneven_times_are_resampled(recognizer: Recognizer, clip: Clip) -> None:
    times = np.array([0.0, 10, 20, 500, 510, 1000])
    assert len(recognizer.prepare(LandmarkSequence(clip("up", 6), HANDS, times=times))) == 16


def test_unknown_rate_and_aspect_are_those_of_the_bundle(recognizer: Recognizer, clip: Clip) -> None:
    sequence = LandmarkSequence(clip("up"), HANDS)
    prepared = recognizer.prepare(sequence)
    np.testing.assert_allclose(prepared[..., 0], sequence.points[..., 0] * (4 / 3), rtol=1e-6)
    np.testing.assert_allclose(recognizer.prepare(replace(sequence, aspect=2.0))[..., 0], sequence.points[..., 0] * 2)
    np.testing.assert_array_equal(prepared[..., 1:], sequence.points[..., 1:])


@pytest.mark.parametrize("layout", [BODY, HOLISTIC])
def test_other_layouts_are_brought_to_the_bundles(recognizer: Recognizer, clip: Clip, layout: Any) -> None:
    sequence = LandmarkSequence(clip("up"), HANDS, 15.0).select(layout)
    assert recognizer.predict(sequence)[0].gloss == "up"


@pytest.mark.parametrize("frames", [1, 2, 5, 64, 65, 300])
def test_any_length_is_taken(recognizer: Recognizer, clip: Clip, frames: int) -> None:
    sequence = LandmarkSequence(clip("near", frames), HANDS, 15.0)
    assert recognizer.predict(sequence)[0].gloss == "near"
    assert 5 <= len(recognizer.prepare(sequence)) <= 64


def test_frames_without_hands_around_the_sign_are_left_out(recognizer: Recognizer, clip: Clip) -> None:
    silence = clip(None, 30)
    padded = LandmarkSequence(np.concatenate([silence, clip("up"), silence]), HANDS, 15.0)
    assert len(recognizer.prepare(padded)) == 20


@pytest.mark.parametrize("frames", [0, 1, 40])
def test_a_clip_without_hands_is_no_word(recognizer: Recognizer, clip: Clip, frames: int) -> None:
    with pytest.raises(CheremeError, match="no hands were seen") as caught:
        recognizer.predict(LandmarkSequence(clip(None, frames), HANDS, 15.0))
    assert caught.value.code == "no_hands"


def test_a_batch_of_many_lengths_answers_like_each_alone(recognizer: Recognizer, clip: Clip) -> None:
    clips = [clip("up", 9), clip("near", 20), clip("away", 9), clip("-", 20, seed=4)]
    together = recognizer.probabilities_of(clips)
    alone = np.concatenate([recognizer.probabilities(each[None]) for each in clips])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_g13_a_left_handed_signer_is_read_like_a_right_handed_one(recognizer: Recognizer, clip: Clip) -> None:
    sequence = LandmarkSequence(clip("near"), HANDS, 15.0)
    assert recognizer.predict(sequence.mirror())[0].gloss == recognizer.predict(sequence)[0].gloss == "near"
