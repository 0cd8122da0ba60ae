"""Single keys from the terminal, without Enter."""

import os
import select
import signal
import sys
from types import FrameType, TracebackType
from typing import Any, Self

from chereme.errors import CheremeError


def require_terminal() -> None:
    """Raise CheremeError, code `no_terminal`, where nobody can press a key."""
    if not sys.stdin.isatty():
        raise CheremeError(
            "signs are collected with keys, and standard input is no terminal: start it in a terminal, without a pipe",
            code="no_terminal",
        )
    if sys.platform == "win32":
        raise CheremeError("signs can be collected on Linux and macOS only: use one of them", code="no_terminal")


class Keys:
    """Within, `pressed()` tells which keys were pressed; the terminal is given back as it was, whatever ends it.

    Ctrl-C stays what it is, a KeyboardInterrupt, and SIGTERM unwinds the program too. Needs a terminal.
    """

    def __enter__(self) -> Self:
        import termios
        import tty

        self._terminal = sys.stdin.fileno()
        self._before: list[Any] = termios.tcgetattr(self._terminal)
        self._on_terminate = signal.signal(signal.SIGTERM, _leave)
        tty.setcbreak(self._terminal)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        import termios

        termios.tcsetattr(self._terminal, termios.TCSAFLUSH, self._before)
        signal.signal(signal.SIGTERM, self._on_terminate)

    def pressed(self) -> str:
        """Keys since the last call, small letters, oldest first; empty when there was none."""
        if not select.select([self._terminal], [], [], 0)[0]:
            return ""
        read = os.read(self._terminal, 64) or b"q"  # nothing, though ready: the terminal was closed
        return read.decode(errors="ignore").lower()


def _leave(number: int, _: FrameType | None) -> None:
    """Let a polite `kill` unwind the program instead of cutting it off in the middle."""
    raise SystemExit(128 + number)
