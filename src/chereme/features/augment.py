"""Variations of a clip that leave its meaning: other people, other cameras, other tempos. For training data only.

Works on batches [batch, frames, points, 3] with x already multiplied by the aspect, NaN for missing; NaN stays NaN.
Random numbers come from one generator, so a seed fixes everything.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from chereme.features.hand import palm_axes
from chereme.landmarks.layout import Layout


@dataclass(frozen=True)
class AugmentConfig:
    mirror: float = 0.5
    """Probability of the mirrored clip, hands and paired points swapped."""
    roll: float = 25.0
    """Degrees in the picture plane."""
    turn: float = 20.0
    """Degrees of yaw and pitch of a hand about its wrist: another place of the camera."""
    scale: float = 0.25
    aspect: float = 0.15
    """Sets often do not say their aspect: the model must not trust it to more than this share."""
    shift: float = 0.1
    depth: float = 0.3
    """Share by which a camera's estimate of z may be too deep or too shallow."""
    size: float = 0.15
    """Share by which a hand may be larger or smaller beside the body."""
    bones: float = 0.12
    """Share by which a finger may be longer or shorter."""
    curl: float = 12.0
    """Degrees by which a whole hand may be held more open or more closed, finger by finger by half as much again."""
    jitter: float = 0.02
    """Of the hand's size."""
    crop: float = 0.15
    """Share of the clip that may be missing at either end."""
    warp: float = 0.3
    """Unevenness of the tempo."""
    drop_frames: float = 0.15
    """Probability that a frame has lost a hand, in a clip chosen for it."""
    rest: float = 0.15
    """Probability that a hand which takes no part is seen resting."""
    drop_hand: float = 0.03
    drop_pose: float = 0.3


class Augment:
    def __init__(self, layout: Layout, config: AugmentConfig | None = None, *, seed: int = 0) -> None:
        self.layout = layout
        self.config = config or AugmentConfig()
        self.generator = torch.Generator().manual_seed(seed)
        self.mirror_order = torch.tensor(layout.mirror_order)

    def __call__(self, clips: Tensor) -> Tensor:
        clips = self.time(clips)
        clips = self.mirror(clips)
        clips = self.rest(clips)
        clips = self.hands(clips)
        clips = self.camera(clips)
        return self.drop(clips)

    def mirror(self, clips: Tensor) -> Tensor:
        chosen = self._uniform(len(clips)) < self.config.mirror
        mirrored = clips[:, :, self.mirror_order] * clips.new_tensor([-1.0, 1.0, 1.0])
        return torch.where(chosen[:, None, None, None], mirrored, clips)

    def time(self, clips: Tensor) -> Tensor:
        """Cut the ends and bend the tempo; frames are read at uneven places, nearest where a point is missing."""
        batch, frames = clips.shape[:2]
        if frames < 3:
            return clips
        start = self._uniform(batch) * self.config.crop
        end = 1.0 - self._uniform(batch) * self.config.crop
        steps = torch.exp(self._normal(batch, frames - 1) * self.config.warp)
        at = torch.cat([torch.zeros(batch, 1), torch.cumsum(steps, dim=1)], dim=1)
        at = at / at[:, -1:]
        place = (start[:, None] + at * (end - start)[:, None]) * (frames - 1)
        before = place.floor().long().clamp(0, frames - 2)
        share = (place - before)[..., None, None]
        row = torch.arange(batch)[:, None]
        left, right = clips[row, before], clips[row, before + 1]
        mixed = left + (right - left) * share
        return torch.where(mixed.isnan(), torch.where(share < 0.5, left, right), mixed)

    def rest(self, clips: Tensor) -> Tensor:
        """Where one hand is never seen, another clip's lies still and low for part of the time, as hands do in a lap.

        Without it, one-handed signs are taken for two-handed ones whenever the camera sees more of a person.
        """
        clips = clips.clone()
        batch, frames = clips.shape[:2]
        groups = ("left_hand", "right_hand")
        seen = {group: ~clips[:, :, self.layout.slices[group], 0].isnan().all(dim=2) for group in groups}
        for group, other in (groups, groups[::-1]):
            lender = torch.randperm(batch, generator=self.generator)
            chosen = (self._uniform(batch) < self.config.rest) & ~seen[group].any(dim=1) & seen[other].any(dim=1)
            chosen &= seen[group][lender].any(dim=1)
            moment = seen[group][lender].float().argmax(dim=1)
            lent = clips[lender, moment][:, self.layout.slices[group]]
            wrist = clips[:, :, self.layout.slices[other]][:, :, 0].nanmean(dim=1)
            size = (lent[:, :, :2].amax(dim=1) - lent[:, :, :2].amin(dim=1)).amax(dim=1)
            away = torch.stack([self._spread(batch) * 3.0, 1.5 + 2.5 * self._uniform(batch), torch.zeros(batch)], dim=1)
            placed = lent - lent[:, :1] + (wrist + away * size[:, None])[:, None]
            start, share = self._uniform(batch, 1), self._uniform(batch, 1)
            when = ((torch.arange(frames) / frames - start) % 1.0) < share
            here = (chosen[:, None] & when)[:, :, None, None]
            hand = clips[:, :, self.layout.slices[group]]
            clips[:, :, self.layout.slices[group]] = torch.where(here, placed[:, None], hand)
        return clips

    def hands(self, clips: Tensor) -> Tensor:
        """Other hands: length and bend of the fingers, size beside the body, how they are turned, noise."""
        clips = clips.clone()
        batch = len(clips)
        for group in ("left_hand", "right_hand"):
            hand = clips[:, :, self.layout.slices[group]]
            wrist = hand[:, :, :1]
            local = hand - wrist
            fingers = 1.0 + self._spread(batch, 5) * self.config.bones
            of_point = torch.cat([torch.ones(batch, 1), fingers.repeat_interleave(4, dim=1)], dim=1)
            knuckles = local[:, :, [1, 5, 9, 13, 17]].repeat_interleave(4, dim=2)
            knuckles = torch.cat([torch.zeros_like(wrist), knuckles], dim=2)
            local = knuckles + (local - knuckles) * of_point[:, None, :, None]
            local = self._curl(local)
            size = 1.0 + self._spread(batch) * self.config.size
            depth = torch.ones(batch, 3)
            depth[:, 2] += self._spread(batch) * self.config.depth
            turned = (local * depth[:, None, None, :]) @ self._turns(batch)[:, None]
            extent = local[..., :2].norm(dim=-1).nan_to_num().amax(dim=(1, 2))
            noise = (
                self._normal(*local.shape) * (self.config.jitter * self._uniform(batch) * extent)[:, None, None, None]
            )
            clips[:, :, self.layout.slices[group]] = wrist + turned * size[:, None, None, None] + noise
        return clips

    def camera(self, clips: Tensor) -> Tensor:
        batch = len(clips)
        angle = self._spread(batch) * math.radians(self.config.roll)
        scale = torch.exp(self._spread(batch) * self.config.scale)
        stretch = torch.exp(self._spread(batch) * self.config.aspect)
        matrix = torch.zeros(batch, 3, 3)
        matrix[:, 0, 0] = torch.cos(angle) * scale * stretch
        matrix[:, 0, 1] = torch.sin(angle) * scale
        matrix[:, 1, 0] = -torch.sin(angle) * scale * stretch
        matrix[:, 1, 1] = torch.cos(angle) * scale
        matrix[:, 2, 2] = scale
        centre = clips.new_tensor([0.5, 0.5, 0.0])
        shift = torch.cat([self._spread(batch, 2) * self.config.shift, torch.zeros(batch, 1)], dim=1)
        return (clips - centre) @ matrix[:, None] + centre + shift[:, None, None]

    def drop(self, clips: Tensor) -> Tensor:
        """Hands lost for some frames, a hand or the whole pose never found; never both hands for the whole clip."""
        clips = clips.clone()
        batch, frames = clips.shape[:2]
        seen = {
            group: ~clips[:, :, self.layout.slices[group], 0].isnan().all(dim=2)
            for group in ("left_hand", "right_hand")
        }
        suffers = self._uniform(batch) < 0.3
        for group, other in (("left_hand", "right_hand"), ("right_hand", "left_hand")):
            lost = (self._uniform(batch, frames) < self.config.drop_frames) & suffers[:, None]
            whole = (self._uniform(batch) < self.config.drop_hand) & (seen[other].float().mean(dim=1) > 0.5)
            enough = (seen[group] & ~lost).any(dim=1)
            lost = (lost & enough[:, None]) | whole[:, None]
            clips[:, :, self.layout.slices[group]] = clips[:, :, self.layout.slices[group]].masked_fill(
                lost[:, :, None, None], torch.nan
            )
            seen[group] = seen[group] & ~lost
        if "pose" in self.layout:
            gone = self._uniform(batch) < self.config.drop_pose
            clips[:, :, self.layout.slices["pose"]] = clips[:, :, self.layout.slices["pose"]].masked_fill(
                gone[:, None, None, None], torch.nan
            )
        return clips

    def _curl(self, local: Tensor) -> Tensor:
        """Bend the fingers at knuckle and middle joint about the palm's own across axis; people differ in this most."""
        batch = len(local)
        across = palm_axes(local)[:, :, 0]
        together, apart = self._normal(batch, 1), self._normal(batch, 5)
        at_knuckle = torch.deg2rad((together + 0.5 * apart) * self.config.curl)
        at_middle = torch.deg2rad((together + 0.5 * self._normal(batch, 5)) * self.config.curl)
        at_knuckle[:, 0] *= 0.5  # the thumb bends about another axis; a little of this one will do
        at_middle[:, 0] *= 0.5
        bent = [local[:, :, :1]]
        for finger in range(5):
            knuckle, *joints = local[:, :, 1 + 4 * finger : 5 + 4 * finger].unbind(2)
            chain, before = [knuckle], knuckle
            for place, joint in enumerate(joints):
                angle = at_knuckle[:, finger] + (at_middle[:, finger] if place else 0.0)
                chain.append(chain[-1] + _rotate(joint - before, across, angle[:, None]))
                before = joint
            bent.append(torch.stack(chain, dim=2))
        return torch.cat(bent, dim=2)

    def _turns(self, batch: int) -> Tensor:
        """Small rotations about the x and y axes, [batch, 3, 3]."""
        yaw, pitch = (self._spread(batch, 2) * math.radians(self.config.turn)).unbind(1)
        zero, one = torch.zeros(batch), torch.ones(batch)
        about_y = torch.stack([yaw.cos(), zero, yaw.sin(), zero, one, zero, -yaw.sin(), zero, yaw.cos()], dim=1).view(
            -1, 3, 3
        )
        about_x = torch.stack(
            [one, zero, zero, zero, pitch.cos(), -pitch.sin(), zero, pitch.sin(), pitch.cos()], dim=1
        ).view(-1, 3, 3)
        return about_y @ about_x

    def _uniform(self, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self.generator)

    def _spread(self, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self.generator) * 2.0 - 1.0

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.generator)


def _rotate(vectors: Tensor, axis: Tensor, angle: Tensor) -> Tensor:
    """Rodrigues' rotation of vectors [..., 3] about unit axes [..., 3] by angles [...] in radians."""
    cos, sin = angle.cos()[..., None], angle.sin()[..., None]
    along = (vectors * axis).sum(dim=-1, keepdim=True) * axis
    turned: Tensor = vectors * cos + torch.linalg.cross(axis, vectors) * sin + along * (1 - cos)
    return turned
