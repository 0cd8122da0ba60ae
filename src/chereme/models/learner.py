"""Models that are not trained by steps of gradient: they learn in their own way, in one go."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

from torch import Tensor, nn

Augmenter = Callable[[Tensor], Tensor]
"""Varies clips [n, frames, points, 3] as other people and cameras would; differently at each call."""


@runtime_checkable
class Learner(Protocol):
    """A model with a way of its own to learn, such as growing trees. Training calls `learn` and runs no steps."""

    def learn(self, clips: Tensor, labels: Tensor, groups: Sequence[str], augment: Augmenter) -> None:
        """clips [n, frames, points, 3], as `forward` takes them; labels [n]; groups: who recorded each clip.

        Every random choice is drawn from torch's generator, so that one seed gives one model.
        """


class FittedBuffers(nn.Module):
    """A model with buffers whose size is known only when it has learned, such as the nodes of trees.

    Loading a state takes their sizes from the state; everything else must fit as in any module.
    """

    fitted: tuple[str, ...] = ()
    """Names of such buffers."""

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *others: Any) -> None:
        for name in self.fitted:
            if isinstance(stored := state_dict.get(prefix + name), Tensor):
                setattr(self, name, getattr(self, name).new_empty(stored.shape))
        super()._load_from_state_dict(state_dict, prefix, *others)
