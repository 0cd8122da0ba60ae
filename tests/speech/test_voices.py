"""Speaking with the real espeak-ng, and the registry and the memory around it."""

import shutil

import numpy as np
import pytest

from chereme.errors import CheremeError
from chereme.speech import wav
from chereme.speech.espeak import Espeak
from chereme.speech.voices import MAX_CHARACTERS, Voices

real = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="espeak-ng is not installed: apt-get install espeak-ng"
)


class Counting:
    """An engine that counts its work and says one byte per character."""

    name = "counting"

    def __init__(self) -> None:
        self.spoken: list[str] = []

    def missing(self) -> str | None:
        return None

    def voice(self, language: str) -> str | None:
        return language if language in ("en", "vi") else None

    def synthesize(self, text: str, voice: str) -> bytes:
        self.spoken.append(text)
        return text.encode()


@real
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello", "en"),
        ("xin chào", "vi"),
        ("hello", "en-GB"),
        ("hello", "en-AU"),
        ("--help", "en"),
        ("-w /tmp/x.wav hello", "en"),
        ('"it\'s" `quoted` $(date); hello', "en"),
        ("one\x00two\x01three\nfour", "en"),
    ],
)
def test_espeak_speaks(text: str, language: str) -> None:
    audio = Voices().speak(text, language)

    pcm, rate = wav.unpack(audio)
    assert rate >= 16000
    assert wav.seconds(audio) > 0.3
    assert int.from_bytes(audio[40:44], "little") == len(pcm)  # the header tells the truth
    assert np.abs(np.frombuffer(pcm, dtype="<i2")).max() > 1000  # and it is not silence


@real
def test_what_looks_like_an_option_is_read_aloud() -> None:
    assert wav.seconds(Voices().speak("--voices please", "en")) > wav.seconds(Voices().speak("please", "en"))


@real
def test_khmer_has_no_espeak_voice_and_that_is_said() -> None:
    with pytest.raises(CheremeError, match=r"espeak-ng has no voice for Khmer \(km\)") as error:
        Voices().speak("សួស្តី", "km")
    assert error.value.code == "speech_unavailable"


def test_a_missing_program_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CheremeError, match="apt-get install espeak-ng") as error:
        Voices((Espeak(),)).speak("hello", "en")
    assert error.value.code == "speech_unavailable"


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00\x01"])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(CheremeError, match="no text"):
        Voices((Counting(),)).speak(text, "en")


def test_a_text_of_ten_thousand_characters_is_refused() -> None:
    engine = Counting()
    with pytest.raises(CheremeError, match=f"10000 characters: speech takes at most {MAX_CHARACTERS}"):
        Voices((engine,)).speak("x" * 10_000, "en")
    assert engine.spoken == []


@real
def test_the_longest_text_is_spoken() -> None:
    assert wav.seconds(Voices().speak("hello " * (MAX_CHARACTERS // 6), "en")) > 60


def test_a_repeated_text_comes_from_memory_and_the_oldest_is_forgotten() -> None:
    engine = Counting()
    voices = Voices((engine,), entries=2)

    for text in ("a", "b", "a", "c", "a", "b"):
        voices.speak(text, "en")
    voices.speak("a", "vi")

    assert engine.spoken == ["a", "b", "c", "b", "a"]


def test_memory_is_bounded_in_bytes() -> None:
    engine = Counting()
    voices = Voices((engine,), max_bytes=10)

    for text in ("123456", "7890123", "123456", "x" * 50, "x" * 50):
        voices.speak(text, "en")

    assert engine.spoken == ["123456", "7890123", "123456", "x" * 50, "x" * 50]
