"""A sign is added from a few clips without training: it is named, the others keep their answers, and risks are told."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chereme.bundles.read import open_bundle
from chereme.bundles.space import fit_space
from chereme.bundles.verify import release_problems, verify_bundle
from chereme.bundles.write import write_bundle
from chereme.errors import CheremeError
from chereme.landmarks.layout import HANDS
from chereme.landmarks.sequence import LandmarkSequence
from chereme.recognition.enrolment import Enrolment, enrol, withdraw
from chereme.recognition.events import Word
from chereme.recognition.live import LiveSession
from chereme.recognition.recognizer import Recognizer

Clip = Callable[..., NDArray[np.float32]]
Fields = Callable[[], dict[str, Any]]

LOW, HIGH = (0.78, 0.32), (0.05, -0.42)
"""y and z of two signs that the toy network does not know, in directions between those that it does."""


@pytest.fixture(scope="module")
def learner(fields: Fields, toy_onnx: bytes, clip: Clip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy bundle, and the space of its embeddings, which are y and z of the hand."""
    path = tmp_path_factory.mktemp("bundles") / "toy-1.0.0.chereme"
    signs = ("up", "near", "away")
    labels = np.repeat([0, 1, 2, 3], 30)
    places = np.array([np.nanmean(clip(sign), axis=(0, 1))[1:] for sign in ("-", *signs)])[labels]
    scatter = np.random.default_rng(0).normal(0, 0.05, places.shape)
    space = fit_space((places + scatter).astype(np.float32), labels, 4, idle=0)
    exemplars = {sign: LandmarkSequence(clip(sign), HANDS, 15.0, 4 / 3) for sign in signs}
    write_bundle(path, fields(), toy_onnx, "# Toy\n", exemplars, space=space)
    return path


def at(y: float, z: float, clips: int = 5, seed: int = 0) -> list[LandmarkSequence]:
    """Clips of a hand held at another place."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(clips):
        points = np.full((20, len(HANDS), 3), np.nan, dtype=np.float32)
        middle = np.array([0.5, y, z]) + random.normal(0, 0.03, 3)
        points[:, HANDS.slices["right_hand"]] = middle + random.normal(0, 0.01, (20, 21, 3))
        made.append(LandmarkSequence(points, HANDS, 15.0, 4 / 3))
    return made


def enrolled(learner: Path, output: Path, gloss: str = "low", **changed: Any) -> Enrolment:
    wanted = {"clips": at(*LOW), "texts": {"en": "Low", "vi": "Thấp"}, **changed}
    return enrol(open_bundle(learner), gloss, output=output, **wanted)


def test_an_added_sign_is_named_beside_the_trained_ones(learner: Path, clip: Clip, tmp_path: Path) -> None:
    enrolled(learner, tmp_path / "b")
    recognizer = Recognizer(verify_bundle(tmp_path / "b"))
    for other in at(*LOW, seed=9):
        best = recognizer.predict(other)[0]
        assert (best.gloss, best.texts, best.idle) == ("low", {"en": "Low", "vi": "Thấp"}, False)
        assert best.confidence > 0.5
    for sign in ("-", "up", "near", "away"):
        assert recognizer.predict(LandmarkSequence(clip(sign), HANDS, 15.0))[0].gloss == sign


def test_probabilities_sum_to_one_and_trained_signs_keep_their_order(learner: Path, tmp_path: Path) -> None:
    enrolled(learner, tmp_path / "b")
    before, after = (Recognizer(open_bundle(path)) for path in (learner, tmp_path / "b"))
    clips = np.stack([before.prepare(each) for each in [*at(0.4, 0.2, seed=1), *at(1.1, 0.1, seed=2)]])
    trained, joined = before.probabilities(clips), after.probabilities(clips)
    np.testing.assert_allclose(joined.sum(axis=1), 1.0, atol=1e-5)
    kept = joined[:, :4] / joined[:, :4].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(kept, trained, atol=1e-5)


def test_a_live_session_says_the_added_sign(learner: Path, tmp_path: Path) -> None:
    enrolled(learner, tmp_path / "b")
    session = LiveSession(Recognizer(open_bundle(tmp_path / "b")), language="vi")
    frames = at(*LOW, clips=1)[0].points
    events = [event for number, points in enumerate(frames) for event in session.observe(number * 66.7, points)]
    assert [event.text for event in [*events, *session.finish()] if isinstance(event, Word)] == ["Thấp"]


def test_clips_are_judged_by_one_another(learner: Path, tmp_path: Path) -> None:
    found = enrolled(learner, tmp_path / "b")
    assert (found.clips, found.recognised, found.unlike, found.taken) == (5, 5, (), ())
    assert found.confidence > 0.5


def test_a_clip_of_another_sign_is_pointed_out(learner: Path, tmp_path: Path) -> None:
    found = enrolled(learner, tmp_path / "b", clips=[*at(*LOW, 4), *at(*HIGH, 1)])
    assert found.unlike == (4,)
    assert found.recognised <= 4


def test_the_sign_it_looks_like_and_takes_from_is_named(learner: Path, tmp_path: Path) -> None:
    found = enrolled(learner, tmp_path / "b", clips=at(0.2, 0.02))
    assert (found.looks_like[0].gloss, found.taken[0].gloss) == ("up", "up")
    assert found.looks_like[0].share > 0.9
    assert 0.1 < found.taken[0].share < 0.9


def test_several_signs_are_added_one_after_another_and_taken_out_again(learner: Path, tmp_path: Path) -> None:
    path = tmp_path / "b"
    enrolled(learner, path)
    enrol(open_bundle(path), "high", at(*HIGH), path)
    assert [sign.gloss for sign in open_bundle(path).manifest.vocabulary] == ["-", "up", "near", "away", "low", "high"]
    assert Recognizer(verify_bundle(path)).predict(at(*HIGH, seed=3)[0])[0].gloss == "high"
    withdraw(open_bundle(path), "low", path)
    assert Recognizer(verify_bundle(path)).predict(at(*HIGH, seed=3)[0])[0].gloss == "high"
    withdraw(open_bundle(path), "high", path)
    assert path.read_bytes() == learner.read_bytes()


def test_the_card_names_the_added_signs_before_what_it_said(learner: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine-1.0.0.chereme"
    enrolled(learner, path)
    enrol(open_bundle(path), "high", at(*HIGH), path)
    card = open_bundle(path).card
    assert card.startswith("# mine\n\n2 signs were added")
    assert "**Added:** low (5 clips), high (5 clips)." in card
    assert card.endswith(open_bundle(learner).card)
    assert card.count("**Added:**") == 1
    withdraw(open_bundle(path), "low", path)
    assert "low" not in open_bundle(path).card
    withdraw(open_bundle(path), "high", path)
    assert open_bundle(path).card == open_bundle(learner).card


def test_an_encoder_says_that_it_knows_no_sign_until_one_is_added(
    fields: Fields, toy_onnx: bytes, learner: Path, tmp_path: Path
) -> None:
    path = tmp_path / "encoder.chereme"
    write_bundle(path, fields() | {"encoder": True}, toy_onnx, "", {}, space=open_bundle(learner).space)
    with pytest.raises(CheremeError, match="toy knows no sign yet: add some with chereme enrol") as caught:
        Recognizer(open_bundle(path)).predict(at(*LOW)[0])
    assert caught.value.code == "no_signs"
    assert enrolled(path, path).looks_like == ()
    assert enrol(open_bundle(path), "high", at(*HIGH), path).looks_like[0].gloss in ("-", "low")


@pytest.mark.parametrize(
    ("file", "name", "version", "title"),
    [
        ("mine-2.0.1.chereme", "mine", "2.0.1", {"en": "mine"}),
        ("toy-1.1.0.chereme", "toy", "1.1.0", {"en": "Toy"}),
        ("My signs.chereme", "toy", "1.0.0", {"en": "Toy"}),
    ],
)
def test_the_file_gives_the_bundle_its_name(
    learner: Path, tmp_path: Path, file: str, name: str, version: str, title: dict[str, str]
) -> None:
    enrolled(learner, tmp_path / file, sign_language="kvk")
    manifest = open_bundle(tmp_path / file).manifest
    assert (manifest.name, manifest.version, manifest.title) == (name, version, title)
    assert manifest.sign_language == "kvk"


def test_an_encoder_answers_with_added_signs_and_idle_only(
    fields: Fields, toy_onnx: bytes, learner: Path, clip: Clip, tmp_path: Path
) -> None:
    path = tmp_path / "encoder.chereme"
    write_bundle(path, fields() | {"encoder": True}, toy_onnx, "", {}, space=open_bundle(learner).space)
    for gloss, place in (("low", LOW), ("high", HIGH)):
        enrol(open_bundle(path), gloss, at(*place), path)
    recognizer = Recognizer(verify_bundle(path))
    assert [sign.gloss for sign in recognizer.manifest.vocabulary] == ["-", "low", "high"]
    assert recognizer.predict(at(*LOW, seed=3)[0])[0].gloss == "low"
    assert recognizer.predict(LandmarkSequence(clip("-"), HANDS, 15.0))[0].idle
    assert "encoder" in " ".join(release_problems(open_bundle(path)))


def test_the_typical_clip_travels_with_the_bundle(learner: Path, tmp_path: Path) -> None:
    enrolled(learner, tmp_path / "b", clips=[*at(*HIGH, 1), *at(*LOW, 4)])
    exemplar = open_bundle(tmp_path / "b").exemplars["low"]
    assert np.nanmean(exemplar.points[..., 1]) == pytest.approx(LOW[0], abs=0.1)


def test_a_bundle_with_added_signs_does_not_pass_for_scored(learner: Path, tmp_path: Path) -> None:
    assert open_bundle(learner).manifest.released
    enrolled(learner, tmp_path / "b")
    assert not open_bundle(tmp_path / "b").manifest.released
    assert any(
        "no score on unseen signers speaks of them" in each for each in release_problems(open_bundle(tmp_path / "b"))
    )


def test_adding_takes_less_than_a_second(learner: Path, tmp_path: Path) -> None:
    start = time.process_time()
    enrolled(learner, tmp_path / "b")
    assert time.process_time() - start < 1.0


@pytest.mark.parametrize(
    ("gloss", "changed", "message"),
    [
        ("up", {}, "was trained on up"),
        ("", {}, "cannot be written"),
        ("low", {"clips": []}, "too few"),
        ("low", {"texts": {"English": "low"}}, "cannot be written"),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_written(
    learner: Path, tmp_path: Path, gloss: str, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(CheremeError, match=message):
        enrolled(learner, tmp_path / "b", gloss, **changed)
    assert list(tmp_path.iterdir()) == []


def test_a_sign_is_added_once(learner: Path, tmp_path: Path) -> None:
    enrolled(learner, tmp_path / "b")
    with pytest.raises(CheremeError, match="already added"):
        enrolled(tmp_path / "b", tmp_path / "b")


def test_a_bundle_without_a_space_says_to_build_it_again(toy_bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="build it again"):
        enrolled(toy_bundle, tmp_path / "b")


def test_what_was_not_added_cannot_be_taken_out(learner: Path, tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="up was not added"):
        withdraw(open_bundle(learner), "up", tmp_path / "b")
