"""The signer as in a mirror, with landmarks and prompt, in a window of its own."""

import os
import select
import subprocess
import sys

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from chereme.datasets.collecting import window
from chereme.datasets.collecting.scene import Scene
from chereme.landmarks.drawing import draw
from chereme.landmarks.frames import Frame
from chereme.landmarks.layout import Layout

RED = (214, 40, 40)


class Window:
    """Shows pictures in a process of its own; does nothing where there is no display, or once the window is closed."""

    def __init__(self) -> None:
        # A session of its own, so that Ctrl-C is told to the recording alone.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", window.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.is_open = True

    def show(self, rgb: NDArray[np.uint8], title: str) -> str:
        """Shows the picture, unless the one before is not shown yet; returns the key pressed in the window, if any."""
        pictures, answers = self._process.stdin, self._process.stdout
        assert pictures is not None and answers is not None  # noqa: PT018, S101
        if not self.is_open or not select.select([answers], [], [], 0)[0]:
            return ""
        key = os.read(answers.fileno(), 1)
        height, width = rgb.shape[:2]
        name = title.encode()
        try:
            pictures.write(window.HEADER.pack(width, height, len(name)) + name + rgb.tobytes())
            pictures.flush()
        except BrokenPipeError:
            self.is_open = False
        return key.strip(b"\0").decode(errors="ignore").lower()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


def mirror_picture(frame: Frame, points: NDArray[np.float32], layout: Layout, scene: Scene) -> NDArray[np.uint8]:
    """What the window shows, uint8 [height, width, 3]: mirrored, with the words the right way round.

    Only this picture is mirrored; what is kept never is.
    """
    picture = Image.fromarray(np.ascontiguousarray(draw(frame.rgb, points, layout)[:, ::-1]))
    pen = ImageDraw.Draw(picture)
    size = max(12, picture.height // 16)
    font = ImageFont.load_default(size)
    prompt = scene.prompt if scene.prompt.isascii() else ""  # the font has no more, the title of the window has
    words = f"{prompt}  {scene.count}/{scene.goal}   {scene.state}".lstrip()
    pen.text((size // 2, size // 2), words, font=font, fill="white", stroke_width=2, stroke_fill="black")
    if scene.recording:
        pen.rectangle((0, 0, picture.width - 1, picture.height - 1), outline=RED, width=max(3, size // 4))
    return np.asarray(picture)
