"""WAV files saturate, and survive headers that claim too much."""

import struct

import numpy as np
import pytest

from chereme.errors import CheremeError
from chereme.speech import wav


def decoded(audio: bytes) -> list[int]:
    return [int(each) for each in np.frombuffer(wav.unpack(audio)[0], dtype="<i2")]


def test_loud_samples_saturate_and_never_wrap() -> None:
    audio = wav.encode(np.array([0.0, 0.5, 1.0, 1.0001, 7.0, -1.0, -1.5, np.inf, -np.inf, np.nan]), 16000)

    assert decoded(audio) == [0, 16384, 32767, 32767, 32767, -32767, -32767, 32767, -32767, 0]


def test_a_file_is_16_bit_pcm_mono() -> None:
    audio = wav.encode(np.zeros(8, dtype=np.float32), 22050)

    form, channels, rate, _, _, bits = struct.unpack("<HHIIHH", audio[20:36])
    assert (form, channels, rate, bits) == (1, 1, 22050, 16)


def test_a_header_from_a_pipe_claims_too_much_and_is_mended() -> None:
    whole = wav.encode(np.linspace(-1, 1, 100), 8000)
    piped = whole[:4] + struct.pack("<I", 0x7FFFF024) + whole[8:40] + struct.pack("<I", 0x7FFFF000) + whole[44:]

    assert wav.pack(*wav.unpack(piped)) == whole
    assert wav.seconds(piped) == pytest.approx(100 / 8000)


def test_bad_audio_is_refused() -> None:
    with pytest.raises(CheremeError, match="not mono"):
        wav.encode(np.zeros((2, 4)), 8000)
    with pytest.raises(CheremeError, match="rate of 0"):
        wav.encode(np.zeros(4), 0)
    with pytest.raises(CheremeError, match="not a WAV"):
        wav.unpack(b"RIFFgarbage")
