"""`fit`: from clips to weights, the same weights for the same seed."""

import logging
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import lightning
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from chereme.errors import CheremeError
from chereme.features.augment import Augment, AugmentConfig
from chereme.features.negatives import spliced
from chereme.landmarks.layout import Layout
from chereme.models import build_model
from chereme.training.clips import Clips

Progress = Callable[[int, int], None]
"""Called with steps done and steps in all."""


@dataclass(frozen=True)
class FitConfig:
    steps: int = 800
    batch: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    spliced: float = 0.08
    """Share of clips that begin as one sign and end as another, and count as idle, where there is an idle gloss."""
    average: float = 0.995
    """Decay of the running average of the weights, which is what is kept."""
    frames: int = 32
    seed: int = 0


def fit(
    name: str,
    clips: Clips,
    layout: Layout,
    classes: int,
    config: FitConfig | None = None,
    *,
    options: dict[str, Any] | None = None,
    augment: AugmentConfig | None = None,
    progress: Progress | None = None,
) -> nn.Module:
    """Train a model on all the clips given; whoever calls has held out what must be held out."""
    config = config or FitConfig()
    if len(clips.labels) == 0:
        raise CheremeError("there is nothing to train on: the dataset, or what is left of it for training, is empty")
    torch.manual_seed(config.seed)
    model = build_model(name, layout, classes, options)
    if isinstance(model, Prepared):
        varied = Augment(layout, augment, seed=config.seed + 1)
        both = [clips.points, *(varied(part) for part in torch.split(clips.points, 256))]
        model.prepare(torch.cat(both), torch.cat([clips.labels, clips.labels]))
    _quieten()
    trainer = lightning.Trainer(
        max_steps=config.steps,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        gradient_clip_val=1.0,
        callbacks=[_Reporter(progress)] if progress else [],
    )
    fitting = _Fitting(model, config)
    batches = _Batches(clips, classes, Augment(layout, augment, seed=config.seed), config)
    trainer.fit(fitting, DataLoader(batches, batch_size=None))
    model.load_state_dict(fitting.averaged.module.state_dict())
    return model.eval()


def _quieten() -> None:
    """Lightning tells of devices it did not find and of products; none of it helps who trains a model here."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module=r"lightning\.")


@runtime_checkable
class Prepared(Protocol):
    """A model that fits something to the training clips, such as a scaler, before its weights are trained."""

    def prepare(self, clips: Tensor, labels: Tensor) -> None:
        """clips [n, frames, points, 3], as they are and augmented; labels [n]."""


class _Batches(IterableDataset[tuple[Tensor, Tensor]]):
    """Endless batches: glosses equally often, and within a gloss every signer equally often."""

    def __init__(self, clips: Clips, classes: int, augment: Augment, config: FitConfig) -> None:
        self.clips, self.classes, self.augment, self.config = clips, classes, augment, config
        who = list(zip(clips.labels.tolist(), clips.groups, strict=True))
        count = Counter(who)
        groups_of_gloss = Counter(label for label, _ in count)
        weights = [1.0 / (count[pair] * groups_of_gloss[pair[0]]) for pair in who]
        self.weights = torch.tensor(weights, dtype=torch.float64).sqrt()

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        generator = torch.Generator().manual_seed(self.config.seed)
        while True:
            chosen = torch.multinomial(self.weights, self.config.batch, replacement=True, generator=generator)
            points, targets = self._with_negatives(self.clips.points[chosen], self.clips.labels[chosen], generator)
            yield self.augment(points), targets

    def _with_negatives(self, points: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Turn some clips into what is no sign, and say so in the targets [batch, classes]."""
        targets = nn.functional.one_hot(labels, self.classes).float()
        if self.clips.idle is None:
            return points, targets
        other = torch.randperm(len(points), generator=generator)
        signs = (labels != labels[other]) & (labels != self.clips.idle) & (labels[other] != self.clips.idle)
        chosen = signs & (torch.rand(len(points), generator=generator) < self.config.spliced)
        idle = nn.functional.one_hot(torch.tensor(self.clips.idle), self.classes).float()
        points = torch.where(chosen[:, None, None, None], spliced(points, points[other], generator), points)
        return points, torch.where(chosen[:, None], idle, targets)


class _Fitting(lightning.LightningModule):
    def __init__(self, model: nn.Module, config: FitConfig) -> None:
        super().__init__()
        self.model, self.config = model, config
        average = torch.optim.swa_utils.get_ema_multi_avg_fn(config.average)  # type: ignore[no-untyped-call]
        self.averaged = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=average)

    def training_step(self, batch: tuple[Tensor, Tensor]) -> Tensor:
        logits, _ = self.model(batch[0])
        targets = batch[1].repeat(len(logits) // len(batch[1]), 1)  # an ensemble gives several opinions on each clip
        loss = nn.functional.cross_entropy(logits, targets, label_smoothing=self.config.label_smoothing)
        if not torch.isfinite(loss):
            raise CheremeError("the loss is no longer a number: lower the learning rate")
        return loss

    def on_train_batch_end(self, *_: Any) -> None:
        self.averaged.update_parameters(self.model)

    def configure_optimizers(self) -> Any:
        decayed = [weight for weight in self.model.parameters() if weight.ndim > 1]
        plain = [weight for weight in self.model.parameters() if weight.ndim <= 1]
        optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": self.config.weight_decay}, {"params": plain, "weight_decay": 0.0}],
            lr=self.config.learning_rate,
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, self.config.learning_rate, total_steps=self.config.steps, pct_start=0.1
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


class _Reporter(lightning.Callback):
    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def on_train_batch_end(self, trainer: lightning.Trainer, *_: Any) -> None:
        self.progress(trainer.global_step, trainer.max_steps)
