"""Terminal and preview window together: what is seen of a sitting, and where its keys come from."""

import time
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from chereme.datasets.collecting.director import AGAIN, NEXT, QUIT, START
from chereme.datasets.collecting.keys import Keys
from chereme.datasets.collecting.preview import Window, mirror_picture
from chereme.datasets.collecting.scene import Scene
from chereme.landmarks.frames import Frame
from chereme.landmarks.layout import Layout

KEY_NAMES = "S start, pause   R take the last one again   N next sign   Q quit"

REFRESH_S = 0.1


class Screen:
    """A stage for the director. Within, the terminal gives single keys; afterwards it is as it was before.

    preview: whether to open a window, where there is a display.
    """

    def __init__(self, console: Console, layout: Layout, *, preview: bool) -> None:
        self._layout, self._preview = layout, preview
        self._keys = Keys()
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._window: Window | None = None
        self._typed = ""
        self._shown: Scene | None = None
        self._shown_at = 0.0

    def __enter__(self) -> Self:
        self._keys.__enter__()
        try:
            self._live.start()
            if self._preview:
                self._window = Window()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        try:
            if self._window:
                self._window.close()
            self._live.stop()
        finally:
            self._keys.__exit__()

    def show(self, scene: Scene, frame: Frame, points: NDArray[np.float32]) -> None:
        if self._window and self._window.is_open:
            title = f"{scene.prompt} · {scene.state}"
            self._typed += self._window.show(mirror_picture(frame, points, self._layout, scene), title)
        now = time.monotonic()
        if scene != self._shown and now - self._shown_at >= REFRESH_S:
            self._live.update(_drawn(scene), refresh=True)
            self._shown, self._shown_at = scene, now

    def key(self) -> str:
        self._typed += self._keys.pressed()
        while self._typed:
            key, self._typed = self._typed[0], self._typed[1:]
            if key in (START, AGAIN, NEXT, QUIT):
                return key
        return ""


def _drawn(scene: Scene) -> Padding:
    goal = Table.grid(padding=(0, 2))
    goal.add_row(
        ProgressBar(total=scene.goal, completed=scene.count, width=40),
        f"{scene.count} of {scene.goal}",
        Text(f"all signs: {scene.recorded} of {scene.wanted}", style="dim"),
    )
    group = Group(
        Text(scene.prompt, style="bold"),
        goal,
        Text(scene.state, style="bold red" if scene.recording else "bold green"),
        Text(scene.note, style="dim"),
        Text(KEY_NAMES, style="dim"),
    )
    return Padding(group, (1, 2))
