"""What happens at each step, after each epoch and at each checkpoint: the part of training that Lightning calls."""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import lightning
import torch
from torch import Tensor, nn

from chereme.errors import CheremeError
from chereme.training.batches import Batch
from chereme.training.checkpoint import Checkpoint, Checkpoints
from chereme.training.clips import Clips
from chereme.training.config import FitConfig
from chereme.training.schedule import Pace, pace
from chereme.training.validation import Epoch, Validated, validate

Progress = Callable[[int, int], None]
"""Called with steps done and steps in all."""

Watch = Callable[[Epoch], None]


@dataclass
class State:
    """Where training stands, as far as numbers say; weights and random generators stand beside it in a checkpoint."""

    step: int = 0
    """Steps done."""
    loss: float = 0.0
    """Sum over the steps of the epoch so far."""
    halvings: int = 0
    waits_since: int = 0
    """The last epoch that was best, or after which the learning rate was halved."""
    stopped: bool = False


class Loop(lightning.LightningModule):
    def __init__(
        self,
        model: nn.Module,
        config: FitConfig,
        *,
        teacher: nn.Module | None,
        validation: Clips | None,
        watch: Watch | None,
        progress: Progress | None,
        checkpoints: Checkpoints | None,
        identity: dict[str, Any],
    ) -> None:
        """teacher: a trained model whose word counts in place of the labels.
        identity: what a checkpoint must be of, to be gone on from."""
        super().__init__()
        self.teacher = teacher.requires_grad_(False) if teacher else None
        self.model, self.config, self.validation = model, config, validation
        self.watch, self.progress, self.checkpoints, self.identity = watch, progress, checkpoints, identity
        average = torch.optim.swa_utils.get_ema_multi_avg_fn(config.average)  # type: ignore[no-untyped-call]
        self.averaged = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=average)
        self.averaged.requires_grad_(False)  # several devices would wait for its gradients
        self.state = State()
        self.best: Epoch | None = None
        self.best_weights: dict[str, Tensor] = {}
        self.begun: Checkpoint | None = None
        self.written = time.monotonic()

    @property
    def ended(self) -> bool:
        return self.state.stopped or self.state.step >= self.config.steps

    @property
    def kept(self) -> dict[str, Tensor]:
        """The weights that training comes to."""
        return self.best_weights or self.averaged.module.state_dict()

    def go_on(self, begun: Checkpoint) -> None:
        """Take the place of the run that wrote this checkpoint."""
        self.begun = begun
        self.state = State(**begun.facts["state"])
        self.model.load_state_dict(begun.part("model"))
        self.averaged.load_state_dict(begun.part("average"))
        best = begun.facts["best"]
        if best and self.validation:
            said = Validated(
                **best.pop("validation"),
                ids=self.validation.ids,
                labels=self.validation.labels,
                logits=begun.tensors["best_logits"],
            )
            self.best = Epoch(**best, validation=said)
            self.best_weights = begun.part("best")
            if self.watch:
                self.watch(self.best)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        decayed = [weight for weight in self.model.parameters() if weight.ndim > 1]
        plain = [weight for weight in self.model.parameters() if weight.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": self.config.weight_decay}, {"params": plain, "weight_decay": 0.0}],
            lr=self.config.learning_rate,
        )
        if self.begun:
            state: dict[int, dict[str, Tensor]] = {}
            for name, value in self.begun.part("optimizer").items():
                weight, _, what = name.partition(".")
                state.setdefault(int(weight), {})[what] = value
            groups = self.optimizer.state_dict()["param_groups"]
            self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        return self.optimizer

    def on_train_start(self) -> None:
        self.written = time.monotonic()
        if self.teacher:
            self.teacher.eval()

    def on_train_batch_start(self, batch: Batch, batch_idx: int) -> None:
        if self.begun:  # not earlier: the loader draws a number before its first batch
            self._set_random(self.begun)
            self.begun = None
        for group in self.optimizer.param_groups:
            group["lr"] = self._pace.learning_rate
            group["betas"] = (self._pace.momentum, group["betas"][1])

    def training_step(self, batch: Batch) -> Tensor:
        logits, _ = self.model(batch.points)
        targets, smoothing = batch.targets, self.config.label_smoothing
        if self.teacher:
            with torch.no_grad():
                targets, smoothing = self.teacher(batch.points)[0].float().softmax(dim=1), 0.0
        targets = targets.repeat(len(logits) // len(targets), 1)  # an ensemble gives several opinions
        loss = nn.functional.cross_entropy(logits, targets, label_smoothing=smoothing)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise CheremeError(
                f"the loss is no longer a number at step {self.state.step + 1}: lower the learning rate, which is "
                f"{self.config.learning_rate:g}"
            )
        self.state.loss += value
        return loss

    def on_train_batch_end(self, outputs: Any, batch: Batch, batch_idx: int) -> None:
        self.averaged.update_parameters(self.model)
        rate = self._pace.learning_rate
        self.state.step += 1
        if self.state.step % self.config.epoch == 0 or self.state.step == self.config.steps:
            self._end_epoch(rate)
        if self.checkpoints and self._is_due(self.checkpoints):
            checkpoint = self._checkpoint(batch)
            if self.trainer.is_global_zero:
                checkpoint.write(self.checkpoints.file)
            self.written = time.monotonic()
        if self.progress and self.trainer.is_global_zero:
            self.progress(self.state.step, self.config.steps)

    @property
    def _pace(self) -> Pace:
        of = self.config
        return pace(
            of.schedule,
            self.state.step,
            steps=of.steps,
            peak=of.learning_rate,
            warm_up=of.warm_up,
            halvings=self.state.halvings,
        )

    def _end_epoch(self, rate: float) -> None:
        number = math.ceil(self.state.step / self.config.epoch)
        steps = self.state.step - (number - 1) * self.config.epoch
        said = validate(self.averaged.module, self.validation) if self.validation else None
        best = said is not None and (
            self.best is None or self.best.validation is None or said.loss < self.best.validation.loss
        )
        epoch = Epoch(number, self.state.step, self.state.loss / steps, rate, said, best)
        self.state.loss = 0.0
        if best:
            self.best, self.state.waits_since = epoch, number
            self.best_weights = {
                name: value.detach().cpu().clone() for name, value in self.averaged.module.state_dict().items()
            }
        elif said and number - self.state.waits_since >= self.config.plateau:
            self.state.halvings, self.state.waits_since = self.state.halvings + 1, number
        if self.best and self.config.patience and number - self.best.number >= self.config.patience:
            self.state.stopped = self.trainer.should_stop = True
        if self.watch and self.trainer.is_global_zero:
            self.watch(epoch)

    def _is_due(self, checkpoints: Checkpoints) -> bool:
        """All devices must agree, because each adds to the checkpoint."""
        due = time.monotonic() - self.written >= checkpoints.every
        agreed: bool = self.trainer.strategy.broadcast(due)
        return agreed

    def _checkpoint(self, batch: Batch) -> Checkpoint:
        random = torch.cat([torch.get_rng_state()[None], batch.randomness.cpu()])
        tensors = {"random": self._of_all_devices(random)}
        if self.device.type == "cuda":
            tensors["random_cuda"] = self._of_all_devices(torch.cuda.get_rng_state(self.device))
        tensors |= {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"average.{name}": value for name, value in self.averaged.state_dict().items()}
        for weight, values in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{weight}.{name}": value for name, value in values.items()}
        best = None
        if self.best and self.best.validation:
            tensors |= {f"best.{name}": value for name, value in self.best_weights.items()}
            tensors["best_logits"] = self.best.validation.logits
            said = {"loss": self.best.validation.loss, "top1": self.best.validation.top1}
            best = {name: getattr(self.best, name) for name in ("number", "step", "loss", "learning_rate", "best")}
            best["validation"] = said
        precision = self.trainer.precision_plugin.state_dict()
        facts = {"identity": self.identity, "state": asdict(self.state), "best": best, "precision": precision}
        return Checkpoint(tensors, facts)

    def _of_all_devices(self, random: Tensor) -> Tensor:
        """[devices, ...], on the CPU."""
        gathered: Any = self.all_gather(random)
        return gathered.view(self.trainer.world_size, *random.shape).cpu()  # type: ignore[no-any-return]

    def _set_random(self, begun: Checkpoint) -> None:
        torch.set_rng_state(begun.tensors["random"][self.trainer.global_rank, 0].clone())
        if self.device.type == "cuda":
            torch.cuda.set_rng_state(begun.tensors["random_cuda"][self.trainer.global_rank].clone(), self.device)
        self.trainer.precision_plugin.load_state_dict(begun.facts["precision"])
