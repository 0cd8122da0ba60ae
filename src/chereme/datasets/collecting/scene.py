"""What is shown at a moment of collecting."""

from dataclasses import dataclass

from chereme.datasets.dataset import IDLE


@dataclass(frozen=True)
class Scene:
    gloss: str | None
    """None when everything is recorded."""
    count: int
    goal: int
    recorded: int
    wanted: int
    """Clips over all glosses."""
    state: str
    """What happens, or what to do."""
    note: str = ""
    """What became of the last clip."""
    recording: bool = False

    @property
    def prompt(self) -> str:
        if self.gloss is None:
            return "thank you"
        return "rest, and sign nothing" if self.gloss == IDLE else self.gloss
