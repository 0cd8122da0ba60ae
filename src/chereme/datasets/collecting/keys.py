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

    Ctrl-C is a KeyboardInterrupt, and SIGTERM unwinds the program too. Either can be raised where Python swallows it,
    in a finaliser or a callback from C; `pressed()` then raises it again. Needs a terminal.
    """

    _stop: BaseException | None = None

    def __enter__(self) -> Self:
        import termios
        import tty

        self._terminal = sys.stdin.fileno()
        self._before: list[Any] = termios.tcgetattr(self._terminal)
        self._handlers = {number: signal.signal(number, self._leave) for number in (signal.SIGINT, signal.SIGTERM)}
        tty.setcbreak(self._terminal)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        import termios

        termios.tcsetattr(self._terminal, termios.TCSAFLUSH, self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def pressed(self) -> str:
        """Keys since the last call, small letters, oldest first; empty when there was none."""
        if self._stop is not None:
            raise self._stop
        if not select.select([self._terminal], [], [], 0)[0]:
            return ""
        read = os.read(self._terminal, 64) or b"q"  # nothing, though ready: the terminal was closed
        return read.decode(errors="ignore").lower()

    def _leave(self, number: int, _: FrameType | None) -> None:
        """Unwind the program instead of cutting it off in the middle."""
        self._stop = KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)
        raise self._stop
