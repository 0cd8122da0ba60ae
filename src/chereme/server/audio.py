"""Spoken sentences, and the addresses under which they are fetched."""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter, Response

from chereme.errors import CheremeError
from chereme.speech.voices import Voices

KEPT = 100


class Audio:
    """Speaks on a few threads, and keeps the last WAVs until they are fetched."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices
        self._executor = ThreadPoolExecutor(2, thread_name_prefix="speech")
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        # Keys cannot be guessed from a sentence, so nobody can ask whether somebody else has said it.
        self._secret = secrets.token_bytes(32)

    async def speak(self, text: str, language: str) -> str:
        """The path of the text's WAV. Raises CheremeError as `Voices.speak` does."""
        loop = asyncio.get_running_loop()
        audio = await loop.run_in_executor(self._executor, self._voices.speak, text, language)
        key = hashlib.blake2s(f"{language}\0{text}".encode(), key=self._secret, digest_size=16).hexdigest()
        self._kept[key] = audio
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return f"/api/v1/speech/{key}.wav"

    def find(self, key: str) -> bytes:
        """Raises CheremeError (`not_found`)."""
        try:
            return self._kept[key]
        except KeyError:
            raise CheremeError("this speech is no longer kept: ask for it again", code="not_found") from None

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)


def audio_routes(audio: Audio) -> APIRouter:
    """`GET /api/v1/speech/KEY.wav`."""
    router = APIRouter()

    @router.get("/api/v1/speech/{key}.wav", response_class=Response, responses={200: {"content": {"audio/wav": {}}}})
    async def speech(key: str) -> Response:
        """A sentence that `speak` has asked for."""
        return Response(audio.find(key), media_type="audio/wav", headers={"Cache-Control": "private, max-age=3600"})

    return router
