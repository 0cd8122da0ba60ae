"""The signer as in a mirror, with landmarks and prompt, in a window of its own."""

import os
import platform
import subprocess
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from chereme.datasets.collecting.scene import Scene
from chereme.landmarks.drawing import draw
from chereme.landmarks.frames import Frame
from chereme.landmarks.layout import Layout

RED = (214, 40, 40)


class Window:
    """A window of OpenCV, which comes with MediaPipe. Closing it leaves the recording alone."""

    def __init__(self) -> None:
        import cv2

        self._cv2: Any = cv2
        self._name = "chereme"
        self._open = True
        cv2.namedWindow(self._name, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO)

    def show(self, rgb: NDArray[np.uint8], title: str) -> str:
        """Shows the picture; returns the key that was pressed in the window, empty when there was none."""
        if not self._open:
            return ""
        self._cv2.imshow(self._name, np.ascontiguousarray(rgb[..., ::-1]))
        self._cv2.setWindowTitle(self._name, title)
        code = self._cv2.waitKey(1)
        self._open = self._cv2.getWindowProperty(self._name, self._cv2.WND_PROP_VISIBLE) >= 1
        return chr(code & 0xFF).lower() if code >= 0 else ""

    def close(self) -> None:
        self._cv2.destroyAllWindows()


def can_open_window() -> bool:
    """Tried in a process of its own, because a window system that is named but not there ends the whole process."""
    if platform.system() == "Linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    program = "import cv2; cv2.namedWindow('chereme'); cv2.waitKey(1); cv2.destroyAllWindows()"
    try:
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=20, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def mirror_picture(frame: Frame, points: NDArray[np.float32], layout: Layout, scene: Scene) -> NDArray[np.uint8]:
    """What the window shows, uint8 [height, width, 3]: mirrored, with the words the right way round.

    Only this picture is mirrored; what is kept never is.
    """
    picture = Image.fromarray(np.ascontiguousarray(draw(frame.rgb, points, layout)[:, ::-1]))
    pen = ImageDraw.Draw(picture)
    size = max(12, picture.height // 16)
    font = ImageFont.load_default(size)
    words = f"{scene.prompt}  {scene.count}/{scene.goal}   {scene.state}"
    if words.isascii():  # the font has no more; every script is in the title of the window
        pen.text((size // 2, size // 2), words, font=font, fill="white", stroke_width=2, stroke_fill="black")
    if scene.recording:
        pen.rectangle((0, 0, picture.width - 1, picture.height - 1), outline=RED, width=max(3, size // 4))
    return np.asarray(picture)
