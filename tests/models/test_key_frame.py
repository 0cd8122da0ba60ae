"""The key frame is found without the answer, by a network that has not seen the person, and read in order of time."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from chereme.errors import CheremeError
from chereme.landmarks import HANDS
from chereme.models import build_model
from chereme.models.key_frame import KeyFrame, KeyFrameConfig, in_order_of_time, key_moments

QUICK: dict[str, Any] = {"steps": 40, "frame_widths": (48,), "widths": (48,), "moments": 8}


def test_what_is_read_stands_in_order_of_time_and_the_ends_are_held() -> None:
    frames = torch.arange(10.0)[None, :, None].expand(2, -1, 1)
    read = in_order_of_time(frames, torch.tensor([[5], [8]]), torch.tensor([-2, 0, 2]))
    assert read.tolist() == [[3, 5, 7], [6, 8, 9]]
    several = in_order_of_time(frames[:1], torch.tensor([[0, 4]]), torch.tensor([-1, 0]))
    assert several.tolist() == [[0, 0, 3, 4]]


def test_a_key_moment_is_the_surest_of_its_part_and_the_middle_among_equals() -> None:
    confidence = torch.zeros(2, 9)
    confidence[0, [1, 5]] = torch.tensor([2.0, 1.0])
    assert key_moments(confidence, 1).tolist() == [[1], [4]]
    assert key_moments(confidence, 3)[0, :2].tolist() == [1, 5]


def test_key_frames_of_training_are_found_by_networks_that_have_not_seen_the_person(
    toys: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    clips, labels, _, _ = toys(HANDS)
    model = KeyFrame(HANDS, 3, KeyFrameConfig(**QUICK))
    trained: list[int] = []
    monkeypatch.setattr(model, "_train", lambda layers, inputs, _: trained.append(len(inputs)))
    groups = ["ann"] * 18 + ["ben"] * 6 + ["cai"] * 12
    model.learn(clips, labels, groups, torch.clone)
    of_strangers = [2 * 8 * (36 - own) for own in (18, 12, 6)]
    assert trained == [2 * 8 * 36, *of_strangers, 2 * 36]


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_it_trains_with_one_network_or_several(stages: int, train: Callable[..., Any]) -> None:
    trained = train("key_frame", HANDS, {**QUICK, "stages": stages, "steps": 80})
    # the third sign is a movement: a single frame sees only its velocity
    assert trained.correct > (0.6 if stages == 1 else 0.95)


def test_someone_who_knows_the_answer_chooses_no_worse(train: Callable[..., Any], toys: Callable[..., Any]) -> None:
    _, _, unseen, answers = toys(HANDS)
    model = train("key_frame", HANDS, {**QUICK, "stages": 1, "steps": 5}).model
    with torch.no_grad():
        accuracy = (model(unseen)[0].argmax(dim=1) == answers).float().mean()
    assert model.oracle_upper_bound(unseen, answers) >= accuracy


def test_the_key_frame_is_one_of_the_clip(toys: Callable[..., Any]) -> None:
    model: Any = build_model("key_frame", HANDS, 3, QUICK).eval()
    for frames in (1, 2, 5, 40):
        found = model.key_frame(torch.rand(6, frames, len(HANDS), 3))
        assert found.shape == (6,)
        assert 0 <= int(found.min()) <= int(found.max()) < frames


def test_one_clip_is_enough_to_train(toys: Callable[..., Any]) -> None:
    clips, labels, _, _ = toys(HANDS)
    model = KeyFrame(HANDS, 3, KeyFrameConfig(**{**QUICK, "steps": 3}))
    model.learn(clips[:1], labels[:1], ["ann"], torch.clone)
    assert model(clips)[0].isfinite().all()


def test_a_loss_that_is_no_number_says_what_to_do(toys: Callable[..., Any]) -> None:
    clips, labels, _, _ = toys(HANDS)
    model = KeyFrame(HANDS, 3, KeyFrameConfig(**{**QUICK, "learning_rate": 1e30}))
    with pytest.raises(CheremeError, match=r"no longer a number: lower the option learning_rate .* which is 1e\+30"):
        model.learn(clips, labels, ["ann"] * len(clips), torch.clone)


def test_people_who_are_not_parted_are_refused() -> None:
    with pytest.raises(CheremeError, match="key_frame cannot have 1 folds: choose 2 or more"):
        build_model("key_frame", HANDS, 3, {"folds": 1})


def test_more_stages_than_there_are_is_said_so() -> None:
    with pytest.raises(CheremeError, match="choose 1 to 3"):
        build_model("key_frame", HANDS, 3, {"stages": 4})
