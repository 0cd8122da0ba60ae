"""Toy signs that every architecture can learn: two handshapes, and one of them again with a movement."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor

from chereme.landmarks.layout import HAND_BONES, POSE_POINTS, Layout
from chereme.models.learner import Learner

Toys = Callable[[Layout], tuple[Tensor, Tensor, Tensor, Tensor]]


@pytest.fixture(scope="session")
def toys() -> Toys:
    """Makes clips and labels of three signers, then clips and labels of a fourth, who sits elsewhere and is smaller."""
    return toy_signs


@dataclass(frozen=True)
class Trained:
    model: torch.nn.Module
    correct: float
    """Share of the fourth signer's clips that are recognised."""


@pytest.fixture(scope="session")
def train() -> Callable[..., Trained]:
    """Trains a fresh model on the toy signs, and tests it on the fourth signer."""

    def trained(name: str, layout: Layout, options: dict[str, Any] | None) -> Trained:
        from chereme.models import build_model

        torch.manual_seed(0)
        clips, labels, unseen, answers = toy_signs(layout)
        built = build_model(name, layout, 3, options)
        model: Any = built
        if isinstance(model, Learner):
            model.learn(clips, labels, [signer for signer in "abc" for _ in range(len(clips) // 3)], torch.clone)
            return Trained(built, _correct(built, unseen, answers))
        if hasattr(model, "prepare"):
            model.prepare(clips, labels)
        optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
        generator = torch.Generator().manual_seed(0)
        for step in range(300):
            chosen = torch.randperm(len(clips), generator=generator)[:18]
            logits, _ = model(clips[chosen])
            opinions = len(logits) // len(chosen)
            loss = torch.nn.functional.cross_entropy(logits, labels[chosen].repeat(opinions))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            if step >= 60 and loss < 0.05:
                break
        return Trained(model, _correct(model, unseen, answers))

    return trained


@torch.no_grad()
def _correct(model: torch.nn.Module, clips: Tensor, answers: Tensor) -> float:
    return float((model.eval()(clips)[0].argmax(dim=1) == answers).float().mean())


def toy_signs(layout: Layout) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    random = torch.Generator().manual_seed(0)
    seen = [_signer(layout, takes=4, size=1.0, place=0.0, random=random) for _ in range(3)]
    unseen = _signer(layout, takes=8, size=0.7, place=0.2, random=random)
    clips, labels = (torch.cat(part) for part in zip(*seen, strict=True))
    return clips, labels, *unseen


def _signer(layout: Layout, takes: int, size: float, place: float, random: torch.Generator) -> tuple[Tensor, Tensor]:
    frames = 12
    lengths = 1.0 + 0.05 * torch.randn(len(HAND_BONES), generator=random)
    clips, labels = [], []
    for gloss, (bend, travel) in enumerate([(0.1, 0.0), (1.2, 0.0), (0.1, 0.35)]):
        for _ in range(takes):
            clip = torch.full((frames, len(layout), 3), torch.nan)
            path = torch.linspace(0.0, travel, frames)[:, None]
            wrist = torch.tensor([0.35, 0.6]) + path * torch.tensor([0.0, -1.0])
            hand = _hand(bend, lengths) + 0.002 * torch.randn(frames, 21, 3, generator=random)
            hand[..., :2] += wrist[:, None]
            clip[:, layout.slices["right_hand"]] = hand
            if "pose" in layout:
                body = _body() + 0.002 * torch.randn(frames, 33, 3, generator=random)
                body[:, POSE_POINTS.index("right_wrist"), :2] = wrist
                clip[:, layout.slices["pose"]] = body
            clips.append(clip * size + place * torch.tensor([1.0, 1.0, 0.0]))
            labels.append(gloss)
    return torch.stack(clips), torch.tensor(labels)


def _hand(bend: float, lengths: Tensor) -> Tensor:
    """A hand held upright [21, 3]; fingers bend towards the camera, as far as `bend` radians at each joint."""
    points = torch.zeros(21, 3)
    for finger, spread in enumerate((-0.9, -0.3, 0.0, 0.25, 0.5)):
        at, angle = torch.zeros(3), 0.0
        for joint, bone in enumerate((0.09, 0.04, 0.03, 0.02)):
            angle += bend if joint else 0.0
            step = torch.tensor([spread * 0.6, -1.0, 0.0]) * torch.cos(torch.tensor(angle))
            step[2] = -torch.sin(torch.tensor(angle)) / 2.3
            at = at + step * bone * lengths[4 * finger + joint]
            points[1 + 4 * finger + joint] = at
    return points


def _body() -> Tensor:
    """An upright body seen from in front [33, 3]."""
    places = {
        "nose": (0.5, 0.2),
        "shoulder": (0.15, 0.4),
        "elbow": (0.2, 0.6),
        "wrist": (0.15, 0.6),
        "mouth": (0.02, 0.24),
    }
    points = torch.zeros(33, 3)
    for index, name in enumerate(POSE_POINTS):
        side = 1.0 if "left" in name else -1.0 if "right" in name else 0.0
        across, down = next((place for part, place in places.items() if part in name), (0.05, 0.2))
        points[index, :2] = torch.tensor([0.5 + side * across, down])
    return points
