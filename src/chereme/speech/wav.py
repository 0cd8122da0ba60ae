"""16-bit PCM mono WAV, the one audio format of this project."""

import io
import wave

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError

FULL_SCALE = 32767


def encode(samples: NDArray[np.floating], rate: int) -> bytes:
    """A WAV file of `samples`, float [n] in −1 … 1, at `rate` samples a second.

    Louder samples saturate at ±1: they never wrap round, which would be heard as a bang. NaN becomes silence.
    """
    if samples.ndim != 1:
        raise CheremeError(f"audio of shape {list(samples.shape)} is not mono: expected [samples]")
    if rate <= 0:
        raise CheremeError(f"a sample rate of {rate} is not a rate: it must be positive")
    finite = np.nan_to_num(samples.astype(np.float64), nan=0.0, posinf=1.0, neginf=-1.0)
    return pack(np.round(np.clip(finite, -1.0, 1.0) * FULL_SCALE).astype("<i2").tobytes(), rate)


def pack(pcm: bytes, rate: int) -> bytes:
    """A WAV file around 16-bit little-endian mono samples."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm)
    return file.getvalue()


def unpack(wav: bytes) -> tuple[bytes, int]:
    """The samples and the rate of a 16-bit mono WAV, whose header may claim more than the file holds.

    Programs that write a WAV to a pipe cannot go back to fill in its length, and leave the largest number there.
    """
    try:
        with wave.open(io.BytesIO(wav), "rb") as reader:
            if (reader.getnchannels(), reader.getsampwidth()) != (1, 2):
                raise CheremeError("this audio is not 16-bit mono WAV")
            return reader.readframes(len(wav) // 2), reader.getframerate()
    except (wave.Error, EOFError) as error:
        raise CheremeError(f"this audio is not a WAV file: {error}") from error


def seconds(wav: bytes) -> float:
    """How long a WAV of `pack` or `encode` sounds."""
    pcm, rate = unpack(wav)
    return len(pcm) / 2 / rate
