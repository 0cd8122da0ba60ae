"""`fit`: from clips to weights, the same weights for the same seed.

**Watching a run.** `fit(..., watch=function)` calls `function(epoch)` with an `Epoch` after every `FitConfig.epoch`
steps and after the last: its training loss, its learning rate and, where there is validation, what the averaged weights
say of each validation clip (ids, labels, logits). The last one with `best` is that whose weights are kept. What the
function raises ends the training and comes out of `fit`: so a search prunes a trial. A killed run goes on from its last
checkpoint: first the best epoch so far is told again, then those after the checkpoint, with the figures they had or
would have had; keep epochs by their number. `fit(..., progress=function)` tells of every step.

**Validation.** Give clips of your own with `validation=`, or let `FitConfig.validation` keep whole signers of the
training clips. Nothing here ever sees what the caller held out for testing.
"""

import hashlib
import json
import logging
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any, Protocol, runtime_checkable

import lightning
import torch
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.fabric.utilities.rank_zero import rank_zero_only
from torch import Tensor, nn
from torch.utils.data import DataLoader

from chereme import __version__
from chereme.errors import CheremeError, first_line
from chereme.features.augment import Augment, AugmentConfig
from chereme.landmarks.layout import Layout
from chereme.models import build_model
from chereme.models.learner import Learner
from chereme.models.registry import PICTURE_MODELS
from chereme.training.batches import Batches
from chereme.training.checkpoint import Checkpoint, Checkpoints
from chereme.training.clips import Clips
from chereme.training.config import PUPIL_CROP, FitConfig, Hardware
from chereme.training.loop import Loop, Progress, Watch
from chereme.training.validation import Epoch, Validated, hold_out_groups

__all__ = [
    "Checkpoints",
    "Epoch",
    "FitConfig",
    "Hardware",
    "Prepared",
    "Progress",
    "Validated",
    "Watch",
    "fit",
    "is_first_process",
]

PRECISIONS: dict[str, Any] = {"32": "32-true", "bf16": "bf16-mixed", "16": "16-mixed"}


@runtime_checkable
class Prepared(Protocol):
    """A model that fits something to the training clips, such as a scaler, before its weights are trained."""

    def prepare(self, clips: Tensor, labels: Tensor) -> None:
        """clips [n, frames, points, 3], as they are and augmented; labels [n]."""


def fit(
    name: str,
    clips: Clips,
    layout: Layout,
    classes: int,
    config: FitConfig | None = None,
    *,
    options: dict[str, Any] | None = None,
    augment: AugmentConfig | None = None,
    validation: Clips | None = None,
    hardware: Hardware | None = None,
    checkpoints: Checkpoints | None = None,
    watch: Watch | None = None,
    progress: Progress | None = None,
) -> nn.Module:
    """Train a model on all the clips given; whoever calls has held out what must be held out.

    Where `FitConfig.teacher` names one, it is trained first, with its own default options, and told of by `progress`
    alone; `watch` hears of the pupil.

    options: of the model. validation: clips to validate on, in place of those that `FitConfig.validation` would keep.
    checkpoints: where there is one already, training goes on from it, and ends with the weights, byte for byte, that it
    would have had without the pause; the file stays until the caller has put the weights elsewhere.

    The model comes back on the CPU, set to evaluation. Raises `CheremeError` when there is nothing to train on, a
    setting makes no sense, the checkpoint is of another run, or the loss is no longer a number.
    """
    config, hardware = config or FitConfig.for_glosses(classes), hardware or Hardware()
    if len(clips) == 0:
        raise CheremeError("there is nothing to train on: the dataset, or what is left of it for training, is empty")
    if classes < 2:
        raise CheremeError("there is only one gloss, and nothing to tell it from: add another, or idle clips")
    identity = _identity(name, options, config, hardware, augment, clips, validation) if checkpoints else {}
    begun = _begun(checkpoints, identity)
    if validation is None and config.validation:
        clips, validation = hold_out_groups(clips, config.validation, config.seed)
    if validation is None and (config.patience or config.schedule == "plateau"):
        raise CheremeError("patience and the schedule plateau need validation: say what share of clips to keep for it")
    teacher = None
    if config.teacher:
        _check_pupil(config.teacher, name, layout, classes, options)
        teacher = fit(
            config.teacher,
            clips,
            layout,
            classes,
            replace(config, teacher=None),
            augment=augment,
            validation=validation,
            hardware=hardware,
            checkpoints=checkpoints.of_teacher if checkpoints else None,
            progress=_told(progress, 0, config.all_steps),
        )
        progress = _told(progress, config.steps, config.all_steps)
        config = replace(config, steps=config.all_steps - config.steps)
        augment = replace(augment or AugmentConfig(), crop=PUPIL_CROP)
    torch.manual_seed(config.seed)
    with _blaming(name, options):
        model = build_model(name, layout, classes, options)
        if isinstance(model, Learner):
            model.learn(clips.points, clips.labels, clips.groups, Augment(layout, augment, seed=config.seed))
            return model.eval()
        if options:  # what makes no sense is noticed when something is read
            with torch.no_grad():
                model.eval()(clips.points[:1])
            model.train()
    if isinstance(model, Prepared):
        varied = Augment(layout, augment, seed=config.seed + 1)
        both = [clips.points, *(varied(part) for part in torch.split(clips.points, 256))]
        model.prepare(torch.cat(both), torch.cat([clips.labels, clips.labels]))
    loop = Loop(
        model,
        config,
        teacher=teacher,
        validation=validation,
        watch=watch,
        progress=progress,
        checkpoints=checkpoints,
        identity=identity,
    )
    if begun:
        loop.go_on(begun)
    if not loop.ended:
        with _quiet():
            _train(loop, clips, layout, classes, hardware, augment)
    model.load_state_dict(loop.kept)
    return model.cpu().eval()


def is_first_process() -> bool:
    """Of those that train together on several devices. It alone writes what comes of it."""
    return bool(getattr(rank_zero_only, "rank", 0) == 0)


def _check_pupil(teacher: str, name: str, layout: Layout, classes: int, options: dict[str, Any] | None) -> None:
    """Before a teacher is trained in vain."""
    if teacher in PICTURE_MODELS:
        raise CheremeError(f"{teacher} looks at pictures of hands and cannot teach who looks at landmarks")
    with _blaming(name, options):
        if isinstance(build_model(name, layout, classes, options), Learner):
            raise CheremeError(f"{name} learns in a way of its own and takes no teacher: leave one out")


def _told(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Steps of one training, told as steps of all."""
    return (lambda done, _: progress(before + done, total)) if progress else None


@contextmanager
def _blaming(name: str, options: dict[str, Any] | None) -> Iterator[None]:
    """Around what the options of a model may make impossible."""
    try:
        yield
    except CheremeError:
        raise
    except Exception as error:  # whatever a library says of them
        if not options:
            raise
        said = ", ".join(f"{option}={value}" for option, value in options.items())
        raise CheremeError(f"{name} cannot be built with {said}: {first_line(error)}") from error


def _train(
    loop: Loop, clips: Clips, layout: Layout, classes: int, hardware: Hardware, augment: AugmentConfig | None
) -> None:
    config = loop.config
    try:
        trainer = lightning.Trainer(
            max_steps=config.steps - loop.state.step,
            accelerator=hardware.accelerator,
            devices=hardware.devices,
            num_nodes=hardware.nodes,
            precision=PRECISIONS[hardware.precision],
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            gradient_clip_val=1.0,
        )
    except (MisconfigurationException, ValueError) as error:
        raise CheremeError(f"this machine cannot train so: {first_line(error)}") from error
    rank = trainer.global_rank
    if rank:  # each device goes its own way
        torch.manual_seed(config.seed + rank)
    own = replace(config, seed=config.seed + rank)
    randomness = loop.begun.tensors["random"][rank, 1:] if loop.begun else None
    batches = Batches(clips, classes, Augment(layout, augment, seed=own.seed), own, randomness)
    try:
        trainer.fit(loop, DataLoader(batches, batch_size=None))
    except SystemExit as stop:  # what Lightning makes of Ctrl-C, after which it hears no other
        signal.signal(signal.SIGINT, signal.default_int_handler)
        raise KeyboardInterrupt from stop


def _identity(
    name: str,
    options: dict[str, Any] | None,
    config: FitConfig,
    hardware: Hardware,
    augment: AugmentConfig | None,
    clips: Clips,
    validation: Clips | None,
) -> dict[str, Any]:
    """All that the weights depend on, as JSON has it."""
    identity = {
        "model": name,
        "options": options or {},
        **asdict(config),
        **asdict(hardware),
        "augmentation": asdict(augment) if augment else None,
        "clips": _fingerprint(clips, validation),
        "chereme": __version__,
        "torch": torch.__version__,
    }
    as_json: dict[str, Any] = json.loads(json.dumps(identity))
    return as_json


def _begun(checkpoints: Checkpoints | None, identity: dict[str, Any]) -> Checkpoint | None:
    """The checkpoint to go on from, where there is one."""
    if checkpoints is None or not checkpoints.file.exists():
        return None
    begun = Checkpoint.read(checkpoints.file)
    for what, now in identity.items():
        before = begun.facts["identity"].get(what)
        if before != now:
            said = "other clips" if what == "clips" else f"{what} {before}, not {now}"
            raise CheremeError(
                f"{checkpoints.file} was begun with {said}: give the same to go on with it, or choose another folder"
            )
    return begun


def _fingerprint(*parts: Clips | None) -> str:
    """Of what is learnt from and validated on, bit for bit."""
    digest = hashlib.sha256()
    for clips in parts:
        if clips is not None:
            digest.update(clips.points.numpy().tobytes())
            digest.update(clips.labels.numpy().tobytes())
            digest.update("\n".join(clips.groups).encode())
    return digest.hexdigest()


@contextmanager
def _quiet() -> Iterator[None]:
    """Lightning tells of devices it did not find and of products; none of it helps who trains a model here."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"lightning\.")
        yield
