"""The background queue keeps order, never overlaps, and reports what it could not say."""

import stat
import threading
import time
from pathlib import Path

import pytest

from chereme.errors import CheremeError
from chereme.speech.player import find_player, play
from chereme.speech.queue import SpeechQueue
from chereme.speech.voices import Voices


class Echo:
    name = "echo"

    def missing(self) -> str | None:
        return None

    def voice(self, language: str) -> str | None:
        return language if language == "en" else None

    def synthesize(self, text: str, voice: str) -> bytes:
        return text.encode()


def test_texts_are_heard_in_order_and_one_at_a_time() -> None:
    heard: list[str] = []
    playing = threading.Lock()

    def hear(audio: bytes) -> None:
        assert playing.acquire(blocking=False), "two texts at once"
        time.sleep(0.01)
        heard.append(audio.decode())
        playing.release()

    errors: list[CheremeError] = []
    started = time.monotonic()
    with SpeechQueue(Voices((Echo(),)), on_error=errors.append, play=hear) as queue:
        for text in ("one", "two", "one", "three"):
            queue.say(text, "en")
        assert time.monotonic() - started < 0.04  # the caller did not wait

    assert heard == ["one", "two", "one", "three"]
    assert errors == []


def test_what_cannot_be_said_is_reported_and_the_rest_goes_on() -> None:
    heard: list[bytes] = []
    errors: list[CheremeError] = []
    with SpeechQueue(Voices((Echo(),)), on_error=errors.append, play=heard.append) as queue:
        queue.say("one", "km")
        queue.say("two", "en")

    assert [error.code for error in errors] == ["speech_unavailable"]
    assert heard == [b"two"]


def test_a_machine_without_a_player_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CheremeError, match="install one of paplay, aplay, afplay, ffplay"):
        find_player()


def program(folder: Path, script: str) -> None:
    file = folder / "paplay"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def test_a_player_is_given_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, f'/bin/cp "$1" {tmp_path}/heard.wav')
    monkeypatch.setenv("PATH", str(tmp_path))

    play(b"RIFF")

    assert (tmp_path / "heard.wav").read_bytes() == b"RIFF"


def test_a_player_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "echo 'no sound card' >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CheremeError, match="paplay could not play the speech: no sound card"):
        play(b"RIFF")
