"""Speaking in the background: in order, one text at a time."""

import queue
import threading
from collections.abc import Callable
from types import TracebackType

from chereme.errors import CheremeError
from chereme.speech.player import play
from chereme.speech.voices import Voices


class SpeechQueue:
    """Says texts one after another without holding up the caller.

    on_error: called with each CheremeError, from the background thread; the text in question is skipped.
    play: how a WAV is heard; returns when it has ended.
    """

    def __init__(
        self,
        voices: Voices,
        *,
        on_error: Callable[[CheremeError], None],
        play: Callable[[bytes], None] = play,
    ) -> None:
        self._voices, self._on_error, self._play = voices, on_error, play
        self._texts: queue.Queue[tuple[str, str] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
        self._thread.start()

    def say(self, text: str, language: str) -> None:
        """Puts a text behind those still to be said; returns at once."""
        self._texts.put((text, language))

    def close(self) -> None:
        """Waits until all has been said."""
        self._texts.put(None)
        self._thread.join()

    def __enter__(self) -> "SpeechQueue":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while (item := self._texts.get()) is not None:
            try:
                self._play(self._voices.speak(*item))
            except CheremeError as error:
                self._on_error(error)
