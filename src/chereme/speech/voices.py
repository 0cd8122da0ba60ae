"""The registry of speech engines, and one call that speaks a text in a language.

Adding an engine is one file with a class like `Espeak`, and one line in `ENGINES`.
"""

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from chereme.errors import CheremeError
from chereme.speech.espeak import Espeak

MAX_CHARACTERS = 2000
"""About two minutes of speech and 6 MB of audio."""

LANGUAGE_NAMES = {"en": "English", "kk": "Kazakh", "km": "Khmer", "ru": "Russian", "vi": "Vietnamese"}


class Engine(Protocol):
    """What every engine has. `name` is part of the cache key."""

    name: str

    def missing(self) -> str | None: ...

    def voice(self, language: str) -> str | None: ...

    def synthesize(self, text: str, voice: str) -> bytes: ...


ENGINES: dict[str, Callable[[], Engine]] = {"espeak-ng": Espeak}
"""Every engine by name. The first that has a voice for the language speaks."""


class Voices:
    """Speaks texts, and remembers the last ones.

    engines: in order of preference.
    entries: how many texts are remembered; `max_bytes` bounds their audio, so long texts cannot fill the memory.
    """

    def __init__(
        self, engines: tuple[Engine, ...] | None = None, *, entries: int = 100, max_bytes: int = 64 * 2**20
    ) -> None:
        self.engines = tuple(make() for make in ENGINES.values()) if engines is None else engines
        self._entries, self._max_bytes, self._bytes = entries, max_bytes, 0
        self._cache: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, language: str) -> tuple[Engine, str]:
        """The engine and its voice for a language tag.

        Raises CheremeError (`speech_unavailable`) that says what to install, or that no engine knows the language.
        """
        reasons = []
        for engine in self.engines:
            missing = engine.missing()
            if missing is not None:
                reasons.append(f"{engine.name} is missing: {missing}")
                continue
            voice = engine.voice(language)
            if voice is not None:
                return engine, voice
            reasons.append(f"{engine.name} has no voice for {_language_name(language)}: read the text instead")
        raise CheremeError("; ".join(reasons) or "this installation has no speech engine", code="speech_unavailable")

    def speak(self, text: str, language: str) -> bytes:
        """The text as a 16-bit PCM mono WAV; a text spoken before comes from memory. Safe to call from any thread.

        Raises CheremeError: `speech_unavailable` when there is no voice, `invalid_input` when the text is empty or
        longer than MAX_CHARACTERS.
        """
        # Control characters are commands to some engines, and sound to none.
        spoken = "".join(" " if unicodedata.category(each) in ("Cc", "Cs") else each for each in text).strip()
        if not spoken:
            raise CheremeError("there is no text to speak")
        if len(spoken) > MAX_CHARACTERS:
            raise CheremeError(f"the text has {len(spoken)} characters: speech takes at most {MAX_CHARACTERS}")
        engine, voice = self.find(language)
        key = (engine.name, voice, spoken)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        audio = engine.synthesize(spoken, voice)
        with self._lock:
            if key not in self._cache:
                self._cache[key] = audio
                self._bytes += len(audio)
            while self._cache and (len(self._cache) > self._entries or self._bytes > self._max_bytes):
                self._bytes -= len(self._cache.popitem(last=False)[1])
        return audio


def _language_name(language: str) -> str:
    name = LANGUAGE_NAMES.get(language.split("-")[0].lower())
    return f"{name} ({language})" if name else language
