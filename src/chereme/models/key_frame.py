"""`key_frame`: one network finds the frame that tells most, a second reads it among its neighbours, a third several.

A frame is told by angles, velocities and places, 329 numbers (see `chereme.features.frame_features`). The first network
sees single frames; where it is surest is the key frame, whatever was signed: nobody tells it the answer. As in stacked
generalisation (Wolpert, Neural Networks, 1992), what later networks learn from was found by a first network that had
not seen those people, for so it will be with everyone new.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.errors import CheremeError
from chereme.features.frame_features import WIDTH, FrameFeatures
from chereme.features.resample import FillAndResample
from chereme.features.whiten import Scale
from chereme.landmarks.layout import Layout
from chereme.models.learner import Augmenter

MOST_STAGES = 3

STRANGE = 10.0
"""What a frame's numbers are cut at, in spreads of training; beyond, they tell of a wrong detection."""

CENTRAL = 1e-4
"""Between frames that are equally sure, the one nearer to the middle of the clip is taken; so much less a moment."""


@dataclass(frozen=True)
class KeyFrameConfig:
    stages: int = 2
    """Networks, one after the other: 1 to 3."""
    moments: int = 16
    """Every clip is read at so many moments, its frames."""
    neighbours: tuple[int, ...] = (-4, -2, 0, 2, 4)
    """Moments that are read with a key frame, from before it to after it."""
    keys: int = 4
    """Key frames that the third network reads, one of each part of the clip."""
    frame_widths: tuple[int, ...] = (256, 128)
    """Layers of the first network."""
    widths: tuple[int, ...] = (512, 256)
    """Layers of the second and of the third."""
    dropout: float = 0.3
    folds: int = 3
    """The people are parted so often, so that each key frame is found by a network that has not seen them."""
    steps: int = 600
    """For which each network is trained."""
    batch: int = 200
    learning_rate: float = 1e-3


class KeyFrame(nn.Module):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes] and embedding
    [batch, d], the last layer but one of the last network."""

    offsets: Tensor

    def __init__(self, layout: Layout, classes: int, config: KeyFrameConfig) -> None:
        super().__init__()
        if not 1 <= config.stages <= MOST_STAGES:
            raise CheremeError(f"key_frame cannot have {config.stages} stages: choose 1 to {MOST_STAGES}")
        if config.folds < 2:
            raise CheremeError(f"key_frame cannot have {config.folds} folds: choose 2 or more")
        self.classes, self.config = classes, config
        self.resample = FillAndResample(layout, config.moments)
        self.features = FrameFeatures(layout)
        self.scale = Scale(WIDTH)
        self.register_buffer("offsets", torch.tensor(sorted(config.neighbours)), persistent=False)
        near = len(config.neighbours) * WIDTH
        self.stages = nn.ModuleList([_Layers(WIDTH, config.frame_widths, classes, config.dropout)])
        for keys in (1, config.keys)[: config.stages - 1]:
            self.stages.append(_Layers(keys * near, config.widths, classes, config.dropout))

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        frames = self._frames(landmarks)
        return self._answer(frames, self._evidence(frames).amax(dim=-1))

    def key_frame(self, landmarks: Tensor) -> Tensor:
        """Which frame of the clip [batch, frames, points, 3] is nearest to its key moment: int64 [batch], from 0."""
        moment = key_moments(self._evidence(self._frames(landmarks)).amax(dim=-1), 1)[:, 0]
        return torch.round(moment * ((landmarks.shape[1] - 1) / (self.config.moments - 1))).long()

    @torch.no_grad()
    def oracle_upper_bound(self, landmarks: Tensor, labels: Tensor) -> float:
        """Share of clips that would be right if someone who knows the answer chose the key frames.

        A diagnosis of the first network, never an accuracy: nobody knows the answer of a clip that is to be recognised.
        """
        frames = self._frames(landmarks)
        of_label = self._evidence(frames)[torch.arange(len(labels)), :, labels]
        return float((self._answer(frames, of_label)[0].argmax(dim=1) == labels).float().mean())

    def learn(self, clips: Tensor, labels: Tensor, groups: Sequence[str], augment: Augmenter) -> None:
        """Train one network after the other, on every clip as it is and varied once."""
        parts = torch.split(clips, 256)
        with torch.no_grad():
            frames = torch.cat([self._described(part) for part in (*parts, *map(augment, parts))])
            self.scale.fit(frames.flatten(0, 1))
            frames = self._scaled(frames)
        labels = labels.repeat(2)
        first, *others = self.stages
        self._train(first, frames.flatten(0, 1), labels.repeat_interleave(self.config.moments))
        confidence = self._confidence_of_strangers(frames, labels, _folds(groups, self.config.folds).repeat(2))
        for stage, keys in zip(others, (1, self.config.keys), strict=False):
            self._train(stage, in_order_of_time(frames, key_moments(confidence, keys), self.offsets), labels)

    def _described(self, landmarks: Tensor) -> Tensor:
        described: Tensor = self.features(*self.resample(landmarks))
        return described

    def _frames(self, landmarks: Tensor) -> Tensor:
        """[batch, moments, 329]"""
        return self._scaled(self._described(landmarks))

    def _scaled(self, frames: Tensor) -> Tensor:
        return torch.clamp(self.scale(frames), -STRANGE, STRANGE)

    def _evidence(self, frames: Tensor) -> Tensor:
        """What the first network says of each frame: logarithms of probabilities [batch, moments, classes]."""
        return torch.log_softmax(self.stages[0](frames)[0], dim=-1)

    def _answer(self, frames: Tensor, confidence: Tensor) -> tuple[Tensor, Tensor]:
        """Of the last network, whose key frames are where confidence [batch, moments] is highest."""
        keys = self.config.keys if len(self.stages) == MOST_STAGES else 1
        offsets = self.offsets if len(self.stages) > 1 else torch.zeros_like(self.offsets[:1])
        logits, hidden = self.stages[-1](in_order_of_time(frames, key_moments(confidence, keys), offsets))
        return logits, hidden

    def _confidence_of_strangers(self, frames: Tensor, labels: Tensor, folds: Tensor) -> Tensor:
        """How sure a first network is that has not seen these people [clips, moments]; even, where there is nobody else
        to learn from."""
        confidence = torch.zeros(frames.shape[:2])
        for fold in sorted(set(folds.tolist())):
            seen = folds != fold
            if not seen.any():
                continue
            stranger = _Layers(WIDTH, self.config.frame_widths, self.classes, self.config.dropout)
            self._train(stranger, frames[seen].flatten(0, 1), labels[seen].repeat_interleave(self.config.moments))
            with torch.no_grad():
                confidence[~seen] = torch.log_softmax(stranger(frames[~seen])[0], dim=-1).amax(dim=-1)
        return confidence

    def _train(self, layers: nn.Module, inputs: Tensor, labels: Tensor) -> None:
        """inputs [n, features], labels [n]; rare glosses are drawn more often than they are there, as in `fit`."""
        config = self.config
        weights = labels.bincount(minlength=self.classes)[labels].double().rsqrt()
        batches = torch.multinomial(weights, config.steps * config.batch, replacement=True).view(config.steps, -1)
        optimizer = torch.optim.AdamW(layers.parameters(), config.learning_rate, weight_decay=0.05)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.learning_rate, total_steps=config.steps)
        layers.train()
        for chosen in batches:
            loss = nn.functional.cross_entropy(layers(inputs[chosen])[0], labels[chosen], label_smoothing=0.1)
            if not torch.isfinite(loss):
                raise CheremeError(
                    "the loss is no longer a number: lower the option learning_rate of key_frame, which is "
                    f"{config.learning_rate:g}"
                )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
        layers.eval()


def key_moments(confidence: Tensor, keys: int) -> Tensor:
    """The surest moment of each of `keys` equal parts of the clip, from confidence [batch, moments]: int64 [batch,
    keys], in order of time."""
    moments = torch.arange(confidence.shape[1], device=confidence.device)
    central = confidence - CENTRAL * torch.abs(moments - (len(moments) - 1) / 2)
    parts = zip(central.tensor_split(keys, dim=1), moments.tensor_split(keys), strict=True)
    return torch.stack([at[part.argmax(dim=1)] for part, at in parts], dim=1)


def in_order_of_time(frames: Tensor, moments: Tensor, offsets: Tensor) -> Tensor:
    """Of frames [batch, moments, features] those at these moments [batch, keys], each with what is before and after it
    by offsets [n]: [batch, keys * n * features]. Beyond an end, the end stands."""
    wanted = torch.clamp(moments.unsqueeze(-1) + offsets, 0, frames.shape[1] - 1).flatten(1)
    return torch.gather(frames, 1, wanted.unsqueeze(-1).expand(-1, -1, frames.shape[2])).flatten(1)


class _Layers(nn.Module):
    def __init__(self, inputs: int, widths: Sequence[int], classes: int, dropout: float) -> None:
        super().__init__()
        before = (inputs, *widths)
        layers = [
            nn.Sequential(nn.Linear(one, two), nn.ReLU(), nn.Dropout(dropout))
            for one, two in zip(before, widths, strict=False)
        ]
        self.hidden = nn.Sequential(*layers)
        self.classify = nn.Linear(before[-1], classes)

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.hidden(inputs)
        return self.classify(hidden), hidden


def _folds(groups: Sequence[str], folds: int) -> Tensor:
    """The fold of each clip [n]: people are dealt whole; where one person made all clips, clips are dealt."""
    named = groups if len(set(groups)) > 1 else [str(place) for place in range(len(groups))]
    fold = {who: place % folds for place, (who, _) in enumerate(Counter(named).most_common())}
    return torch.tensor([fold[who] for who in named])
