"""Training ends with the same weights, whatever came between; what cannot be trained is said in one line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from chereme.errors import CheremeError
from chereme.landmarks import HANDS
from chereme.models import MODELS
from chereme.models.lstm import Lstm, LstmConfig
from chereme.training.clips import Clips
from chereme.training.fit import Checkpoints, Epoch, FitConfig, Hardware, fit

SHORT = FitConfig(steps=9, batch=4, epoch=3)

Fit = Callable[..., nn.Module]


@pytest.fixture
def train(make_clips: Callable[..., Clips], tiny: dict[str, Any]) -> Fit:
    def trained(config: FitConfig = SHORT, clips: Clips | None = None, **how: Any) -> nn.Module:
        clips = make_clips() if clips is None else clips
        classes = int(clips.labels.max()) + 1 if len(clips) else 3
        return fit("lstm", clips, HANDS, classes, config, options=how.pop("options", tiny), **how)

    return trained


def weights(model: nn.Module) -> bytes:
    return b"".join(value.numpy().tobytes() for value in model.state_dict().values())


def test_many_glosses_are_trained_for_longer_unless_told() -> None:
    assert FitConfig.for_glosses(15) == FitConfig()
    assert FitConfig.for_glosses(250).steps > 2 * FitConfig.for_glosses(100).steps > FitConfig.steps
    assert FitConfig.for_glosses(250, steps=7, batch=8) == FitConfig(steps=7, batch=8)


class KilledError(Exception):
    pass


def kill_at(step: int) -> Callable[[int, int], None]:
    def progress(done: int, _: int) -> None:
        if done == step:
            raise KilledError

    return progress


@pytest.mark.parametrize(
    "config",
    [
        SHORT,
        replace(SHORT, schedule="cosine", validation=0.4, patience=5),
        replace(SHORT, schedule="plateau", validation=0.4, plateau=1),
    ],
    ids=lambda config: config.schedule,
)
def test_a_run_that_was_stopped_ends_with_the_same_weights(train: Fit, tmp_path: Path, config: FitConfig) -> None:
    told: list[Epoch] = []
    whole = weights(train(config, watch=told.append))
    checkpoints = Checkpoints(tmp_path / "unfinished.safetensors", every=0)
    for step in (4, 6):  # in the middle of an epoch, and at the end of one
        with pytest.raises(KilledError):
            train(config, checkpoints=checkpoints, progress=kill_at(step))
        torch.manual_seed(99)
    again: list[Epoch] = []
    assert weights(train(config, checkpoints=checkpoints, watch=again.append)) == whole
    assert again[-1].loss == told[-1].loss
    assert next((epoch.number for epoch in reversed(again) if epoch.best), None) == next(
        (epoch.number for epoch in reversed(told) if epoch.best), None
    )


def test_a_checkpoint_of_another_training_is_not_gone_on_from(train: Fit, tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "unfinished.safetensors", every=0)
    with pytest.raises(KilledError):
        train(checkpoints=checkpoints, progress=kill_at(2))
    with pytest.raises(CheremeError, match="was begun with steps 9, not 10: give the same"):
        train(replace(SHORT, steps=10), checkpoints=checkpoints)
    checkpoints.file.write_bytes(b"half a checkpoint")
    with pytest.raises(CheremeError, match="is damaged: delete it"):
        train(checkpoints=checkpoints)


def test_whoever_watches_hears_of_every_epoch_and_may_end_it(train: Fit) -> None:
    told: list[Epoch] = []
    config = replace(SHORT, steps=8, validation=0.4)
    train(config, watch=told.append)
    assert [(epoch.number, epoch.step) for epoch in told] == [(1, 3), (2, 6), (3, 8)]
    said = told[-1].validation
    assert said is not None
    assert said.logits.shape == (len(said.ids), 3)
    assert said.top1 == float((said.logits.argmax(dim=1) == said.labels).float().mean())

    def prune(epoch: Epoch) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        train(config, watch=prune)


def test_training_stops_when_validation_no_longer_improves_and_keeps_the_best(
    train: Fit, make_clips: Callable[..., Clips]
) -> None:
    clips = make_clips()
    wrong = replace(clips, labels=(clips.labels + 1) % 3)  # the more is learnt, the worse
    told: list[Epoch] = []
    config = FitConfig(steps=200, batch=12, epoch=4, patience=2, learning_rate=0.02, schedule="constant", average=0.5)
    model = train(config, clips, validation=wrong, watch=told.append)
    best = [epoch for epoch in told if epoch.best][-1]
    assert told[-1].number == best.number + 2
    assert told[-1].step < 200
    assert best.validation is not None
    with torch.no_grad():
        assert torch.allclose(model(wrong.points)[0], best.validation.logits, atol=1e-6)


@pytest.mark.parametrize("classes", [3, 300])
def test_any_number_of_glosses_trains(train: Fit, make_clips: Callable[..., Clips], classes: int) -> None:
    model = train(replace(SHORT, steps=2), make_clips(classes, takes=1))
    assert model(torch.rand(1, 5, len(HANDS), 3))[0].shape == (1, classes)


def test_a_gloss_with_one_clip_trains(train: Fit, make_clips: Callable[..., Clips]) -> None:
    clips = make_clips()
    one = clips.select((clips.labels != 2) | (torch.arange(len(clips)) == 2))
    train(replace(SHORT, validation=0.4), one)


def test_mixed_precision_trains(make_clips: Callable[..., Clips], monkeypatch: pytest.MonkeyPatch) -> None:
    # emulated where the processor has it not: slow, but this network can be trained so, unlike the recurrent one
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    config = replace(SHORT, steps=2)
    model = fit("conv_transformer", make_clips(), HANDS, 3, config, hardware=Hardware(precision="bf16"))
    assert all(value.dtype == torch.float32 for value in model.parameters())


def test_a_loss_that_is_no_number_says_where_and_what_to_do(train: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    def overflow(logits: Tensor, *_: Any, **__: Any) -> Tensor:
        return logits.sum() * torch.inf

    monkeypatch.setattr(nn.functional, "cross_entropy", overflow)
    with pytest.raises(CheremeError, match=r"no longer a number at step 1: lower the learning rate, which is 0\.002"):
        train()


def test_a_pupil_learns_what_its_teacher_says_and_not_the_labels(
    train: Fit, make_clips: Callable[..., Clips], monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = make_clips()
    config = FitConfig(steps=150, batch=12, teacher="contrary", average=0.9)
    monkeypatch.setitem(MODELS, "contrary", (LstmConfig, Contrary))
    model = train(config, clips)
    with torch.no_grad():
        said = model(clips.points)[0].argmax(dim=1)
    assert ((clips.labels + 1) % 3 == said).float().mean() > 0.9


class Contrary(Lstm):
    """Says of each clip what it is not."""

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        logits, embedding = super().forward(landmarks)
        return (logits if self.training else logits.roll(1, dims=1)), embedding


def test_a_pupil_whose_training_was_stopped_ends_with_the_same_weights_whoever_was_at_work(
    train: Fit, tmp_path: Path
) -> None:
    config = replace(SHORT, teacher="spoter")
    told: list[tuple[int, int]] = []
    whole = weights(train(config, progress=lambda done, total: told.append((done, total))))
    assert told == [(done, 27) for done in range(1, 28)], "the teacher takes a third of the steps"
    checkpoints = Checkpoints(tmp_path / "unfinished.safetensors", every=0)
    for step in (4, 15):  # the teacher's, and the pupil's
        with pytest.raises(KilledError):
            train(config, checkpoints=checkpoints, progress=kill_at(step))
        torch.manual_seed(99)
        assert checkpoints.begun
    assert weights(train(config, checkpoints=checkpoints)) == whole


def test_a_teacher_that_makes_no_sense_is_refused_before_anything_is_trained(
    train: Fit, make_clips: Callable[..., Clips]
) -> None:
    with pytest.raises(CheremeError, match=r"unknown model spotter \(did you mean spoter\?\)"):
        train(replace(SHORT, teacher="spotter"))
    with pytest.raises(
        CheremeError, match="letters_cnn looks at pictures of hands and cannot teach who looks at landmark"
    ):
        train(replace(SHORT, teacher="letters_cnn"))
    taught = replace(SHORT, teacher="spoter")
    with pytest.raises(CheremeError, match="random_forest learns in a way of its own and takes no teacher"):
        fit("random_forest", make_clips(), HANDS, 3, taught, progress=kill_at(1))
    with pytest.raises(CheremeError, match="lstm has no option dens"):
        train(taught, options={"dens": 3}, progress=kill_at(1))


def test_what_makes_no_sense_is_refused(train: Fit, make_clips: Callable[..., Clips]) -> None:
    with pytest.raises(CheremeError, match="there is nothing to train on"):
        train(clips=make_clips(takes=0))
    with pytest.raises(CheremeError, match="there is only one gloss"):
        train(clips=make_clips(1))
    with pytest.raises(CheremeError, match="need validation: say what share"):
        train(replace(SHORT, patience=3))
    with pytest.raises(CheremeError, match=r"lstm has no option dens \(did you mean dense\?\)"):
        train(options={"dens": 3})
    with pytest.raises(CheremeError, match="lstm cannot be built with dense=wide"):
        train(options={"dense": "wide"})
    with pytest.raises(CheremeError, match="lstm cannot be built with moments=0"):
        train(options={"moments": 0})
    with pytest.raises(CheremeError, match="random_forest cannot be built with trees=0: The 'n_estimators'"):
        fit("random_forest", make_clips(), HANDS, 3, options={"trees": 0})


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"schedule": "cosin"}, "there is no schedule cosin: choose among one-cycle, cosine, plateau, constant"),
        ({"steps": 0}, "steps cannot be 0"),
        ({"warm_up": 2}, "warm_up cannot be 2: it is a share"),
        ({"patience": 0}, "patience cannot be 0"),
    ],
)
def test_a_setting_that_makes_no_sense_says_what_does(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(CheremeError, match=message):
        FitConfig(**setting)
    with pytest.raises(CheremeError, match="precision 16 needs a GPU"):
        Hardware(precision="16")


def test_bfloat16_is_refused_by_a_processor_that_would_emulate_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    with pytest.raises(CheremeError, match="this processor has no bfloat16: use precision 32"):
        Hardware(precision="bf16")
    assert Hardware("cuda", precision="bf16").precision == "bf16"
