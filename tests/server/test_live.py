"""A session from start to stop over a real WebSocket."""

import asyncio

import httpx
import numpy as np

from chereme.speech import wav
from tests.server.conftest import HIGH, LOW, Client, Running, Serve, client

NOBODY = float("nan")


def texts(made: Client) -> list[str]:
    return [word["text"] for word in made.of("word")]


def test_forty_frames_are_one_word(serve: Serve) -> None:
    async def talk(running: Running) -> None:
        async with client(running) as made:
            now = await made.sign(1000, 40, HIGH)
            await made.sign(now, 20, NOBODY)
            await made.tell({"type": "stop"})
            assert await made.ended() == 1000

        ready, word, sentence = made.of("ready")[0], made.of("word"), made.of("sentence")
        assert ready["groups"] == ["left_hand", "pose", "right_hand"]
        assert (ready["bundle"], ready["version"], ready["points"], ready["fps"]) == ("tiny", "1.0.0", 75, 25)
        assert ready["languages"] == ["en", "km", "vi"]
        assert set(ready["limits"]) == {"max_fps", "max_frame_bytes", "max_message_bytes", "idle_timeout_s"}
        assert [(each["gloss"], each["text"]) for each in word] == [("hello", "hello")]
        assert 1000 <= word[0]["start"] <= word[0]["end"] <= 1000 + 40 * 40
        assert word[0]["confidence"] > 0.9
        assert sentence == [
            {"type": "sentence", "text": "hello", "words": [{"id": word[0]["id"], "gloss": "hello", "text": "hello"}]}
        ]
        partials = made.of("partial")
        assert partials[0]["top"][0]["gloss"] == "hello"
        assert partials[-1] == {"type": "partial", "top": [], "state": "idle"}

    with serve() as running:
        asyncio.run(talk(running))


def test_clear_undo_and_language_change_the_sentence(serve: Serve) -> None:
    async def talk(running: Running) -> None:
        async with client(running) as made:
            now = await made.sign(0, 40, HIGH)
            now = await made.sign(now, 25, NOBODY)
            now = await made.sign(now, 40, LOW)
            while len(made.of("word")) < 2:
                await made.hear("word")
            assert (await made.hear("sentence"))["text"] == "hello thanks"
            await made.tell({"type": "language", "language": "vi"})
            assert (await made.hear("sentence"))["text"] == "xin chào cảm ơn"
            await made.tell({"type": "undo"})
            assert (await made.hear("sentence"))["text"] == "xin chào"
            await made.tell({"type": "clear"})
            assert (await made.hear("sentence")) == {"type": "sentence", "text": "", "words": []}
            await made.tell({"type": "language", "language": "fr"})
            assert (await made.hear("error"))["code"] == "unknown_language"
            await made.sign(now, 5, NOBODY)  # and the session goes on
            await made.hear("stats")
            assert made.codes == ["unknown_language"]

    with serve() as running:
        asyncio.run(talk(running))


def test_push_to_sign(serve: Serve) -> None:
    async def talk(running: Running) -> None:
        async with client(running, begin={"mode": "push"}) as made:
            now = await made.sign(0, 20, LOW)  # not asked for
            await made.tell({"type": "push", "down": True})
            now = await made.sign(now, 20, HIGH)
            await made.tell({"type": "push", "down": False})
            assert (await made.hear("word"))["gloss"] == "hello"
            await made.sign(now, 20, LOW)
            await made.hear("stats")
            assert texts(made) == ["hello"]

    with serve() as running:
        asyncio.run(talk(running))


def test_two_sessions_get_their_own_answers(serve: Serve) -> None:
    async def talk(running: Running, height: float, language: str) -> list[str]:
        async with client(running, begin={"language": language}) as made:
            now = await made.sign(0, 40, height)
            await made.sign(now, 20, NOBODY)
            await made.tell({"type": "stop"})
            await made.ended()
            return texts(made)

    async def all_at_once(running: Running) -> list[list[str]]:
        sessions = [(HIGH, "en"), (LOW, "vi"), (LOW, "en"), (HIGH, "km")]
        return await asyncio.gather(*[talk(running, *each) for each in sessions])

    with serve() as running:
        assert asyncio.run(all_at_once(running)) == [["hello"], ["cảm ơn"], ["thanks"], ["សួស្តី"]]


def test_speak_answers_with_a_wav_and_only_when_asked(serve: Serve) -> None:
    async def talk(running: Running) -> None:
        async with client(running) as made:
            await made.tell({"type": "speak"})
            assert (await made.hear("error"))["code"] == "speech_unavailable"  # there is nothing to say yet
            await made.sign(0, 40, HIGH)
            await made.hear("sentence")
            assert made.of("speech") == []
            await made.tell({"type": "speak"})
            url = (await made.hear("speech"))["url"]
            answer = httpx.get(running.address + url)
            assert answer.headers["content-type"] == "audio/wav"
            assert wav.seconds(answer.content) > 0.3
            await made.tell({"type": "language", "language": "km"})
            await made.tell({"type": "speak"})
            error = await made.hear("error")
            assert error["code"] == "speech_unavailable"
            assert "Khmer" in error["message"]
            missing = httpx.get(running.address + "/api/v1/speech/0123.wav")
            assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")

    with serve() as running:
        asyncio.run(talk(running))


def test_stats_count_and_a_server_that_stops_says_so(serve: Serve) -> None:
    async def talk(running: Running) -> None:
        async with client(running) as made:
            await made.sign(0, 40, HIGH)
            stats = await made.hear("stats")
            assert (stats["received"], stats["dropped"]) == (40, 0)
            assert 0 < stats["latency_ms"] < 1000
            running.server.should_exit = True
            assert await made.ended() == 1001

    with serve() as running:
        asyncio.run(talk(running))


def test_frames_beyond_the_pace_are_dropped_and_counted(serve: Serve) -> None:
    async def talk(running: Running) -> None:
        async with client(running) as made:
            for index in range(200):
                await made.tell(np.float64(index).tobytes() + b"\0" * 900)
            stats = await made.hear("stats")
            assert stats["received"] == 200
            assert 160 <= stats["dropped"] <= 175  # a second's worth came at once

    with serve(max_fps=30) as running:
        asyncio.run(talk(running))
