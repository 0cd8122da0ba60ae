"""Whether one clip is another one moved, scaled, turned, mirrored, cut or played at another speed, and how."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.audit.handshapes import HANDS
from chereme.landmarks.layout import Layout

_HAND = 21
"""Points of a hand."""


@dataclass(frozen=True)
class Fit:
    """How the shorter of two clips lies upon the longer one."""

    residual: float
    """What no affine map explains: root mean square distance of hand points, in sizes of the hand.

    Affine, so that a copy turned by somebody who did not think of the picture's aspect is found too."""
    covered: float
    """Share of the shorter clip's hand points that the longer one has too."""
    turned: float
    """Degrees in the picture plane."""
    scaled: float
    speed: float
    """Frames of the longer clip a frame of the shorter one."""
    movement: float
    """How far the hands' points spread about their mean place over the clip, in sizes of the hand."""
    mirrored: bool


def fit(
    first: NDArray[np.float32],
    second: NDArray[np.float32],
    shapes: tuple[NDArray[np.float32], NDArray[np.float32]],
    layout: Layout,
    *,
    mirrored: bool = False,
) -> Fit:
    """Fit one clip to another.

    first, second: float32 [frames, points, 2], x times aspect, frames with a hand. shapes: `Handshapes` of them.
    """
    if len(first) > len(second):
        first, second, shapes = second, first, shapes[::-1]
    mine, theirs = shapes
    if mirrored:
        half = theirs.shape[1] // 2
        theirs = np.concatenate([theirs[:, half:], theirs[:, :half]], axis=1)
        second = second[:, layout.mirror_order] * np.array([-1.0, 1.0], np.float32)
    hands = hand_points(layout)
    source, goal = first[:, hands].astype(np.float64), second[:, hands].astype(np.float64)
    own = np.isfinite(source).all(axis=2)
    tried: list[_Laid] = []
    for place in _ways(mine, theirs):
        read = _read(goal, place)
        found = affine(source.reshape(1, -1, 2), read.reshape(1, -1, 2))
        tried.append(_Laid(float(found.residual[0]), found.bent[0], read, place))
        if not 0.02 < min(each.residual for each in tried) < 0.5:  # good enough, or hopeless
            break
    best = min(tried, key=attrgetter("residual"))
    bent = best.bent
    return Fit(
        residual=best.residual,
        covered=float((own & np.isfinite(best.read).all(axis=2)).sum() / max(1, own.sum())),
        turned=float(np.degrees(np.arctan2(bent[0, 1] - bent[1, 0], bent[0, 0] + bent[1, 1]))),
        scaled=float(np.sqrt(abs(np.linalg.det(bent)))),
        speed=_speed(best.place),
        movement=float(movement(source[None])[0]),
        mirrored=mirrored,
    )


@dataclass(frozen=True, eq=False)
class _Laid:
    """One way to lay a clip upon another: what is left over, the map [2, 2], what was read, and where."""

    residual: float
    bent: NDArray[np.float64]
    read: NDArray[np.float64]
    place: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Affine:
    """residual [n], in sizes of the hand; bent [n, 2, 2]: second = first @ bent, but for a shift."""

    residual: NDArray[np.float64]
    bent: NDArray[np.float64]


def affine(first: NDArray[np.float64], second: NDArray[np.float64]) -> Affine:
    """The affine maps of n sets of hand points [n, k · 21, 2] onto others; points missing in either do not count.

    A residual is infinite where fewer points than a hand has are in both.
    """
    both = np.logical_and.reduce(np.isfinite(first) & np.isfinite(second), axis=2)
    count = both.sum(axis=1)
    some = np.maximum(count, 1)[:, None]
    weight = both[..., None]
    a, b = np.where(weight, first, 0.0), np.where(weight, second, 0.0)
    a = (a - (a.sum(axis=1) / some)[:, None]) * weight
    b = (b - (b.sum(axis=1) / some)[:, None]) * weight
    across = np.swapaxes(a, 1, 2)
    square = across @ a
    tiny = 1e-9 * np.trace(square, axis1=1, axis2=2)[:, None, None] + 1e-12
    bent = np.linalg.solve(square + tiny * np.eye(2), across @ b)
    left_over = ((b - a @ bent) ** 2).sum(axis=(1, 2)) / some[:, 0]
    size = hand_size(first) * np.sqrt(np.abs(np.linalg.det(bent)))
    residual = np.sqrt(left_over) / np.maximum(size, 1e-9)
    return Affine(np.where(count < _HAND, np.inf, residual), bent)


def movement(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the hand points of [n, frames, points, 2] spread about their mean places, in sizes of the hand: [n]."""
    seen = np.logical_and.reduce(np.isfinite(frames), axis=3)
    held = np.where(seen[..., None], frames, 0.0)
    mean = held.sum(axis=1, keepdims=True) / np.maximum(seen.sum(axis=1, keepdims=True), 1)[..., None]
    apart = np.where(seen, ((held - mean) ** 2).sum(axis=3), 0.0).sum(axis=(1, 2)) / np.maximum(
        seen.sum(axis=(1, 2)), 1
    )
    return np.asarray(np.sqrt(apart) / np.maximum(hand_size(frames.reshape(len(frames), -1, 2)), 1e-9))


def hand_size(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root mean square distance of hand points [n, k · 21, 2] from the centre of their hand: [n]."""
    hands = points.reshape(len(points), -1, _HAND, 2)
    seen = np.logical_and.reduce(np.isfinite(hands), axis=(2, 3))
    apart = ((hands - hands.mean(axis=2, keepdims=True)) ** 2).sum(axis=3).mean(axis=2)
    squares = np.where(seen, apart, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    return np.asarray(np.sqrt(squares))


def hand_points(layout: Layout) -> NDArray[np.int64]:
    """Indices of the points of both hands."""
    return np.concatenate([np.arange(len(layout))[layout.slices[hand]] for hand in HANDS if hand in layout])


def _ways(mine: NDArray[np.float32], theirs: NDArray[np.float32]) -> Iterator[NDArray[np.float64]]:
    """Places in the longer clip for each frame of the shorter: evenly along where shapes are alike, evenly from end to
    end, and just where shapes are alike."""
    place, last = _places(mine, theirs), len(theirs) - 1.0
    frames = np.arange(len(place), dtype=np.float64)
    inside = np.flatnonzero((place > 0.5) & (place < last - 0.5))  # what lies before or after gathers at the ends
    half = len(inside) // 2
    if half:
        early, late = inside[:-half], inside[half:]
        slope = float(np.median((place[late] - place[early]) / (late - early)))
        line = slope * frames + np.median(place[inside] - slope * inside)
        yield np.where((line > -0.5) & (line < last + 0.5), np.clip(line, 0.0, last), np.nan)
        yield np.linspace(0.0, last, len(place))
    yield place


def _places(mine: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float64]:
    """For each frame the place in the other clip, between two frames if need be, where the hands are shaped alike."""
    squared = (mine**2).sum(1)[:, None] + (theirs**2).sum(1) - 2.0 * (mine @ theirs.T)
    nearest = squared.argmin(axis=1)
    place, best = nearest.astype(np.float64), np.maximum(squared[np.arange(len(mine)), nearest], 0.0)
    for step in (-1, 1):
        other = np.clip(nearest + step, 0, len(theirs) - 1)
        along = theirs[other] - theirs[nearest]
        length = np.maximum((along**2).sum(axis=1), 1e-12)
        share = np.clip(((mine - theirs[nearest]) * along).sum(axis=1) / length, 0.0, 1.0)
        distance = ((theirs[nearest] + share[:, None] * along - mine) ** 2).sum(axis=1)
        better = distance < best
        place = np.where(better, nearest + step * share, place)
        best = np.minimum(best, distance)
    return np.asarray(place, dtype=np.float64)


def _read(points: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.nan_to_num(place)
    before = np.floor(known).astype(np.int64)
    after = np.minimum(before + 1, len(points) - 1)
    share = (known - before)[:, None, None]
    mixed = np.where(share == 0.0, points[before], points[before] * (1.0 - share) + points[after] * share)
    mixed[np.isnan(place)] = np.nan
    return np.asarray(mixed)


def _speed(place: NDArray[np.float64]) -> float:
    """The slope of place over frame."""
    frames = np.flatnonzero(np.isfinite(place))
    steps = frames - frames.mean() if len(frames) else np.zeros(0)
    spread = float((steps**2).sum())
    return float((steps * place[frames]).sum() / spread) if spread else 1.0
