"""Validation: people of the training part whom the weights do not learn from, and how well they are recognised."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from chereme.errors import CheremeError
from chereme.training.clips import Clips


@dataclass(frozen=True, eq=False)
class Validated:
    """What the averaged weights say of the validation clips."""

    loss: float
    """Cross-entropy, without label smoothing."""
    top1: float
    ids: tuple[str, ...]
    """Of the clips, in the order of the rows below."""
    labels: Tensor
    """int64 [clips], on the CPU"""
    logits: Tensor
    """float32 [clips, classes], on the CPU"""


@dataclass(frozen=True, eq=False)
class Epoch:
    """`FitConfig.epoch` steps of training, or what was left of them."""

    number: int
    """From 1."""
    step: int
    """Steps done in all."""
    loss: float
    """Of training, with label smoothing; mean over the steps of the epoch."""
    learning_rate: float
    """Of the last step."""
    validation: Validated | None
    best: bool
    """Whether validation has never been better, so that these weights would be kept."""


def hold_out_groups(clips: Clips, share: float, seed: int) -> tuple[Clips, Clips]:
    """What to train on, and what to validate on: whole signers (or sessions), about `share` of the clips.

    Groups are drawn at random, those that fit into the share; where none fits, the smallest. A clip whose gloss nobody
    else shows stays with training, which could not learn the gloss otherwise.
    """
    if unstated := clips.groups.count(""):
        raise CheremeError(
            f"{unstated} of {len(clips)} clips say neither signer nor session, so nobody can be kept for validation: "
            "fill the signer column, or train without validation"
        )
    count = Counter(clips.groups)
    if len(count) < 2:
        raise CheremeError(
            f"all clips are of one signer or session ({next(iter(count))}), and validation needs two or more: train "
            "without validation"
        )
    held_out: set[str] = set()
    names = sorted(count)
    for place in np.random.default_rng(seed).permutation(len(names)):
        if sum(count[name] for name in held_out) + count[names[place]] <= share * len(clips):
            held_out.add(names[place])
    held_out = held_out or {min(names, key=lambda name: count[name])}
    shown = {label for label, group in zip(clips.labels.tolist(), clips.groups, strict=True) if group not in held_out}
    kept = torch.tensor(
        [group in held_out and label in shown for label, group in zip(clips.labels.tolist(), clips.groups, strict=True)]
    )
    if not kept.any():
        raise CheremeError(
            f"nobody else shows a gloss of {', '.join(sorted(held_out))}, who would be kept for validation: train "
            "without validation"
        )
    return clips.select(~kept), clips.select(kept)


def validate(model: nn.Module, clips: Clips) -> Validated:
    """Score clips; the model is set to evaluation and stays so."""
    model.eval()
    device = next(model.parameters()).device
    with torch.no_grad():
        logits = torch.cat([model(part.to(device))[0].float().cpu() for part in torch.split(clips.points, 256)])
    loss = nn.functional.cross_entropy(logits, clips.labels)
    top1 = (logits.argmax(dim=1) == clips.labels).float().mean()
    return Validated(float(loss), float(top1), clips.ids, clips.labels, logits)
