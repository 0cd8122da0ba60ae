"""The preview window, as a program of its own.

It shares no process with the recording, because PyAV and OpenCV each bring a copy of the X11 library and windows hang
where both are loaded, and because a window system that is named but not there ends the whole process.

Standard input gets pictures: width, height and length of the title as uint32 little-endian, the title in UTF-8, and
RGB bytes. Standard output gives one byte when a picture may come: the key pressed in the window, or zero.
"""

import os
import struct
import sys

HEADER = struct.Struct("<3I")

NAME = "chereme"

HEIGHT = 720
"""Of the window at first, so that a prompt can be read from where one signs."""


def main() -> None:
    os.environ["QT_LOGGING_RULES"] = "default.warning=false"
    import cv2
    import numpy as np

    cv2.namedWindow(NAME, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
    key, sized = 0, False
    while True:
        sys.stdout.buffer.write(bytes([key]))
        sys.stdout.buffer.flush()
        header = sys.stdin.buffer.read(HEADER.size)
        if not header:
            return
        width, height, length = HEADER.unpack(header)
        cv2.setWindowTitle(NAME, sys.stdin.buffer.read(length).decode())
        rgb = np.frombuffer(sys.stdin.buffer.read(width * height * 3), dtype=np.uint8).reshape(height, width, 3)
        if not sized:
            cv2.resizeWindow(NAME, width * HEIGHT // height, HEIGHT)
            sized = True
        cv2.imshow(NAME, np.ascontiguousarray(rgb[..., ::-1]))
        key = max(0, cv2.waitKey(1)) & 0xFF
        if cv2.getWindowProperty(NAME, cv2.WND_PROP_VISIBLE) < 1:
            return


if __name__ == "__main__":
    main()
