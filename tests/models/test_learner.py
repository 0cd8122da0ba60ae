"""Models that learn in one go: what they learned can be saved, loaded, exported and learned again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from chereme.bundles.export import export_onnx
from chereme.landmarks import BODY, HANDS
from chereme.models import MODELS, build_model
from chereme.models.learner import Learner
from chereme.training.clips import Clips
from chereme.training.fit import fit
from chereme.training.run import Run

SMALL: dict[str, dict[str, Any]] = {
    "key_frame": {"steps": 40, "frame_widths": (48,), "widths": (48,), "moments": 8},
    "nearest": {"exemplars": 3, "moments": 8},
    "random_forest": {"trees": 20},
}

LEARNERS = [name for name in MODELS if name in SMALL]


@pytest.fixture(scope="module")
def learned(toys: Callable[..., Any]) -> Callable[[str], torch.nn.Module]:
    """Learns a model of toy signs by `fit`; every call anew."""

    def learn(name: str) -> torch.nn.Module:
        points, labels, _, _ = toys(HANDS)
        clips = Clips(points, labels, tuple("abc"[place * 3 // len(points)] for place in range(len(points))), None)
        return fit(name, clips, HANDS, 3, options=SMALL[name])

    return learn


@pytest.mark.parametrize("name", LEARNERS)
def test_it_learns_by_itself_and_alike_from_one_seed(name: str, learned: Callable[[str], torch.nn.Module]) -> None:
    one, two = learned(name).state_dict(), learned(name).state_dict()
    assert isinstance(build_model(name, HANDS, 3), Learner)
    assert all(torch.equal(one[key], two[key]) for key in one)


@pytest.mark.parametrize("name", LEARNERS)
def test_what_it_learned_is_kept_in_a_run_and_in_a_bundle(
    name: str, learned: Callable[[str], torch.nn.Module], toys: Callable[..., Any], tmp_path: Path
) -> None:
    model, clips = learned(name), toys(HANDS)[2]
    facts = {"model": name, "options": SMALL[name], "glosses": ["a", "b", "c"], "groups": list(HANDS.groups)}
    Run(model, facts).save(tmp_path)
    assert torch.equal(Run.load(tmp_path).model(clips)[0], model(clips)[0])
    assert export_onnx(model, len(HANDS), lengths=(5, 40))


@pytest.mark.parametrize("name", [name for name in LEARNERS if name != "key_frame"])
@torch.no_grad()
def test_a_left_handed_signer_is_recognised_alike(
    name: str, train: Callable[..., Any], toys: Callable[..., Any]
) -> None:
    model, clips = train(name, BODY, SMALL[name]).model, toys(BODY)[2]
    mirrored = clips[:, :, list(BODY.mirror_order)] * torch.tensor([-1.0, 1.0, 1.0])
    assert torch.equal(model(clips)[0].argmax(dim=1), model(mirrored)[0].argmax(dim=1))
