"""espeak-ng: a small formant synthesiser with some hundred languages, run as a program."""

import shutil
import subprocess
from functools import lru_cache

from chereme.errors import CheremeError
from chereme.speech import wav

PROGRAM = "espeak-ng"
INSTALL = "install espeak-ng: apt-get install espeak-ng"
TIMEOUT_S = 20.0


class Espeak:
    """Speaks through the espeak-ng program; each call is one process of 20–40 ms a sentence."""

    name = PROGRAM

    def missing(self) -> str | None:
        """What to install when the engine cannot run on this machine, None when it can."""
        return None if shutil.which(PROGRAM) else INSTALL

    def voice(self, language: str) -> str | None:
        """The engine's voice for a language tag: the exact one, else that of the language without its region."""
        known = _voices(shutil.which(PROGRAM))
        tag = language.lower()
        return next((candidate for candidate in (tag, tag.split("-")[0]) if candidate in known), None)

    def synthesize(self, text: str, voice: str) -> bytes:
        """16-bit PCM mono WAV of the text.

        Raises CheremeError (`speech_unavailable`) when the program fails or takes longer than 20 s.
        """
        # The text goes in by stdin, so that no text can ever be read as an option or as a file name.
        command = [PROGRAM, "-v", voice, "-b", "1", "--stdin", "--stdout"]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program; the voice is one that it listed itself
                command, input=text.encode(), capture_output=True, timeout=TIMEOUT_S, check=True
            )
        except subprocess.TimeoutExpired as error:
            raise CheremeError(
                f"espeak-ng took longer than {TIMEOUT_S:.0f} s: try a shorter text", code="speech_unavailable"
            ) from error
        except (OSError, subprocess.CalledProcessError) as error:
            raise CheremeError(f"espeak-ng failed ({error}): {INSTALL}", code="speech_unavailable") from error
        pcm, rate = wav.unpack(done.stdout)
        return wav.pack(pcm, rate)


@lru_cache(maxsize=4)
def _voices(program: str | None) -> frozenset[str]:
    """Language tags that the program speaks, lower case. Listing them takes 10 ms, so it is done once."""
    if program is None:
        return frozenset()
    listed = subprocess.run(  # noqa: S603 - a fixed program without any input
        [program, "--voices"], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    voices: set[str] = set()
    for line in listed.stdout.splitlines()[1:]:
        _, tag, _, _, file, *others = line.split()
        if file.startswith(("mb/", "!v/")):  # listed, but needs data of MBROLA, or is a timbre and no language
            continue
        voices.add(tag.lower())
        voices.update(other.strip("()").lower() for other in others if other.startswith("("))
    return frozenset(voices)
