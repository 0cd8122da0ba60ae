"""`nearest`: the gloss of the kept clip that is most like this one, whatever the tempo of either.

Dynamic time warping after Sakoe & Chiba, "Dynamic Programming Algorithm Optimization for Spoken Word Recognition" (IEEE
Transactions on Acoustics, Speech and Signal Processing, 1978), in its symmetric form with a window, to a few kept clips
of each gloss. What clips of one gloss differ in counts little (Hatch et al., 2006; see `Whiten`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from chereme.features.frames import HandFrames
from chereme.features.hand import HandShape
from chereme.features.whiten import Whiten
from chereme.landmarks.layout import Layout
from chereme.models.learner import Augmenter, FittedBuffers

FAR = 1.0e6
"""Further apart than any two clips are. Infinity would not do: a difference of two is not a number."""

STRANGE = 20.0
"""What a moment's numbers are cut at; beyond, it is no hand but a wrong detection."""

SPARSE = 4
"""Of so many moments one is enough to weigh directions by: those beside it are much alike."""

CERTAINTY = 8.0
"""How much more likely a kept clip's own gloss is than the next, as a logarithm."""


@dataclass(frozen=True)
class NearestConfig:
    moments: int = 16
    """Every clip is read at so many moments."""
    window: int = 3
    """Moments by which one clip may run ahead of the other."""
    exemplars: int = 24
    """The most clips of a gloss that are kept, evenly of its signers."""
    directions: int = 40
    """Numbers that describe a moment."""


class Nearest(FittedBuffers):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes], minus the
    distance from the nearest kept clip of each gloss, and embedding [batch, moments * directions], the moments as they
    are compared."""

    fitted = ("exemplars", "gloss")

    offset: Tensor
    matrix: Tensor
    exemplars: Tensor
    """Kept clips [exemplars, moments, directions]."""
    gloss: Tensor
    """Of each of them [exemplars]."""
    unit: Tensor
    glosses: Tensor

    def __init__(self, layout: Layout, classes: int, config: NearestConfig) -> None:
        super().__init__()
        self.config = config
        self.frames = HandFrames(layout, config.moments)
        width = 2 * HandShape.width + 2 * HandFrames.motion_width + HandFrames.body_width
        self.register_buffer("offset", torch.zeros(width))
        self.register_buffer("matrix", torch.eye(width, config.directions))
        # until it has learned, one and the same clip is kept of every gloss
        self.register_buffer("exemplars", torch.zeros(classes, config.moments, config.directions))
        self.register_buffer("gloss", torch.arange(classes))
        self.register_buffer("unit", torch.tensor(float(config.moments)))
        self.register_buffer("glosses", torch.arange(classes), persistent=False)

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        clips = self._compared(self._moments(landmarks))
        distances = warped_distances(clips, self.exemplars, self.config.window)
        others = (self.gloss != self.glosses[:, None]).to(distances.dtype) * FAR
        nearest = (distances.unsqueeze(1) + others).amin(dim=2)
        return -nearest / self.unit, clips.flatten(1)

    @torch.no_grad()
    def learn(self, clips: Tensor, labels: Tensor, groups: Sequence[str], augment: Augmenter) -> None:
        """Learn what to compare from every clip as it is and varied once, and keep the most typical clips as they are.

        The clips of a gloss and signer are gathered in clusters (k-means); the clip in the middle of each is kept.
        """
        seed = int(torch.randint(2**31, ()))
        parts = torch.split(clips, 256)
        sparse = [self._moments(part)[:, ::SPARSE] for part in (*parts, *map(augment, parts))]
        self._weigh(torch.cat(sparse), labels.repeat(2))
        compared = torch.cat([self._compared(self._moments(part)) for part in parts])
        kept = torch.tensor(_typical(compared.flatten(1), labels, groups, self.config.exemplars, seed))
        self.exemplars, self.gloss = compared[kept], labels[kept]
        self.unit.copy_(self._margin() / CERTAINTY)

    def _weigh(self, moments: Tensor, labels: Tensor) -> None:
        """Find the directions in which clips [n, moments, features] differ most, once all that clips of one gloss
        differ in at the same moment is made equally small."""
        each = moments.shape[1]
        at_its_moment = (labels.unsqueeze(1) * each + torch.arange(each)).flatten()
        whiten = Whiten(moments.shape[2])
        whiten.fit(moments.flatten(0, 1), at_its_moment)
        white = whiten(moments.flatten(0, 1)).double()
        directions = torch.linalg.eigh(torch.cov(white.T)).eigenvectors[:, -self.config.directions :]
        self.offset.copy_(whiten.mean)
        self.matrix.copy_(whiten.matrix.double() @ directions)

    def _moments(self, landmarks: Tensor) -> Tensor:
        """Both hands as flat as the picture, their movement and their place [batch, moments, features]."""
        _, flat = self.frames(landmarks)
        return torch.cat([flat.shape.flatten(2), flat.motion.flatten(2), flat.body], dim=-1)

    def _compared(self, moments: Tensor) -> Tensor:
        """The same in few numbers [batch, moments, directions]."""
        return torch.clamp((moments - self.offset) @ self.matrix, -STRANGE, STRANGE)

    def _margin(self) -> Tensor:
        """How far it is, typically, from a kept clip to the nearest one of another gloss."""
        nearest = []
        for part, own in zip(torch.split(self.exemplars, 32), torch.split(self.gloss, 32), strict=True):
            distances = warped_distances(part, self.exemplars, self.config.window)
            nearest.append((distances + FAR * (own.unsqueeze(1) == self.gloss)).amin(dim=1))
        return torch.cat(nearest).median().clamp(min=1e-3)


def warped_distances(clips: Tensor, exemplars: Tensor, window: int) -> Tensor:
    """Clips [batch, moments, n] and exemplars [others, moments, n] → [batch, others]: the least sum of the Euclidean
    distances of moments that are met when both run from beginning to end, either waiting for the other, but never more
    than `window` moments behind. A step of both counts twice, so that waiting is neither dearer nor cheaper.

    Found along one anti-diagonal after the other, because its cells do not wait for each other.
    """
    apart = _apart(clips, exemplars)
    moments = apart.shape[-1]
    place = torch.arange(moments, device=clips.device)
    apart = apart + FAR * (torch.abs(place - place.unsqueeze(1)) > window)
    # row i moves i places to the right, so that each anti-diagonal becomes a column; what is outside is far
    wide = torch.nn.functional.pad(apart, (0, moments), value=FAR).flatten(2)
    diagonals = torch.unflatten(wide[..., : moments * (2 * moments - 1)], 2, (moments, -1)).unbind(dim=-1)
    before, last = torch.full_like(diagonals[0], FAR), 2.0 * diagonals[0]
    for diagonal in diagonals[1:]:
        cheapest = torch.minimum(torch.minimum(last, _down(last)), _down(before) + diagonal)
        before, last = last, diagonal + cheapest
    return last[..., -1]


def _apart(clips: Tensor, exemplars: Tensor) -> Tensor:
    """Distances between moments [batch, others, moments, moments]."""
    known = exemplars.flatten(0, 1)
    squared = (clips**2).sum(dim=-1, keepdim=True) + (known**2).sum(dim=-1) - 2.0 * clips @ known.T
    apart = torch.sqrt(torch.clamp(squared, min=1e-4))
    return torch.unflatten(apart, 2, (-1, exemplars.shape[1])).transpose(1, 2)


def _down(diagonal: Tensor) -> Tensor:
    return torch.cat([torch.full_like(diagonal[..., :1], FAR), diagonal[..., :-1]], dim=-1)


def _typical(clips: Tensor, labels: Tensor, groups: Sequence[str], most: int, seed: int) -> list[int]:
    """The clips [n, features] that are kept: of each gloss at most so many."""
    from sklearn.cluster import KMeans

    kept: list[int] = []
    for gloss in sorted(set(labels.tolist())):
        mine = (labels == gloss).nonzero()[:, 0].tolist()
        signers = sorted({groups[index] for index in mine})
        together = [mine] if len(signers) > most else [[i for i in mine if groups[i] == who] for who in signers]
        share = most // len(together)
        for indices in together:
            if len(indices) <= share:
                kept += indices
                continue
            from_centres = KMeans(share, n_init=1, random_state=seed).fit_transform(clips[indices].numpy())
            kept += [indices[place] for place in sorted(set(from_centres.argmin(axis=0).tolist()))]
    return kept
