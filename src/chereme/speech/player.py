"""Playing a WAV on this machine through whichever program it has."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from chereme.errors import CheremeError

PLAYERS: dict[str, tuple[str, ...]] = {
    "paplay": (),
    "aplay": ("-q",),
    "afplay": (),
    "ffplay": ("-nodisp", "-autoexit", "-loglevel", "error"),
}
"""Programs that play a WAV file and return when it has ended, best first, with their options."""


def find_player() -> tuple[str, ...]:
    """The command that plays a file. Raises CheremeError (`speech_unavailable`) when this machine has none."""
    for program, options in PLAYERS.items():
        path = shutil.which(program)
        if path is not None:
            return (path, *options)
    raise CheremeError(
        f"no program to play sound was found: install one of {', '.join(PLAYERS)}", code="speech_unavailable"
    )


def play(audio: bytes) -> None:
    """Plays a WAV to its end. Raises CheremeError (`speech_unavailable`) when it cannot be played."""
    command = find_player()
    with tempfile.TemporaryDirectory(prefix="chereme-") as folder:
        file = Path(folder) / "speech.wav"
        file.write_bytes(audio)
        done = subprocess.run(  # noqa: S603 - a known player and a file of our own
            [*command, str(file)], capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise CheremeError(f"{Path(command[0]).name} could not play the speech: {reason}", code="speech_unavailable")
