"""Every error code of the live protocol, provoked over a real WebSocket."""

import asyncio
import json
import math
import socket
import struct
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from chereme.landmarks.layout import BODY
from tests.server.conftest import HIGH, Client, Running, Serve, client, frame, start


def provoke(running: Running, *messages: Any, begin: bool = True) -> tuple[list[str], int | None]:
    """Sends messages and then waits for the end of the session: the error codes, and the code of closing."""

    async def talk() -> tuple[list[str], int | None]:
        async with client(running, begin=begin) as made:
            with suppress(ConnectionClosed):  # the end may come before all has been said
                for message in messages:
                    await made.tell(message)
            code = await made.ended()
            return made.codes, code

    return asyncio.run(talk())


STOP = {"type": "stop"}


@pytest.mark.parametrize(
    "message",
    [
        "garbage",
        "",
        "[1, 2]",
        '"text"',
        "null",
        "NaN",
        "[" * 5000,
        "{}",
        '{"type": 7}',
        '{"type": "dance"}',
        '{"type": "push"}',
        '{"type": "push", "down": "true"}',
        '{"type": "language", "language": 5}',
        '{"type": "clear", "more": 1}',
        '{"type": "push", "down": true}',  # in a continuous session
        json.dumps(start()),  # twice
        frame(0, HIGH).hex(),  # text where binary belongs
        "\udcff".encode("utf-8", "surrogateescape").decode("latin-1"),
    ],
)
def test_bad_message_is_answered_and_the_session_goes_on(shared: Running, message: str) -> None:
    assert provoke(shared, message, STOP) == (["bad_message"], 1000)


@pytest.mark.parametrize(
    "frames",
    [
        [b""],
        [struct.pack("<d", 0.0)],
        [frame(0, HIGH)[:-4]],  # a point short
        [frame(0, HIGH) + b"\0" * 12],  # a point too many
        [frame(0, math.inf)],
        [frame(0, -math.inf)],
        [frame(math.nan, HIGH)],
        [frame(math.inf, HIGH)],
        [frame(1e300, HIGH)],
        [frame(500, HIGH), frame(499, HIGH)],  # time runs backwards
    ],
)
def test_bad_frame_is_answered_and_the_session_goes_on(shared: Running, frames: list[bytes]) -> None:
    assert provoke(shared, *frames, STOP) == (["bad_frame"], 1000)


def test_what_comes_before_start_is_a_bad_message(shared: Running) -> None:
    assert provoke(shared, frame(0, HIGH), {"type": "clear"}, start(), STOP, begin=False) == (["bad_message"] * 2, 1000)


def test_twenty_malformed_messages_end_the_session(shared: Running) -> None:
    assert provoke(shared, *[frame(0, math.inf)] * 30) == (["bad_frame"] * 20 + ["too_many_errors"], 1008)
    assert provoke(shared, *["garbage"] * 30, begin=False) == (["bad_message"] * 20 + ["too_many_errors"], 1008)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bundle": None}, "bad_start"),
        ({"input": "video"}, "bad_start"),
        ({"mode": ""}, "bad_start"),
        ({"aspect": None}, "bad_start"),
        ({"aspect": 0}, "bad_start"),
        ({"aspect": "wide"}, "bad_start"),
        ({"surprise": 1}, "bad_start"),
        ({"bundle": "nothing"}, "unknown_bundle"),
        ({"language": "fr"}, "unknown_language"),
    ],
)
def test_a_wrong_start_ends_the_session(shared: Running, changes: dict[str, Any], code: str) -> None:
    assert provoke(shared, start(**changes), begin=False) == ([code], 1008)


@pytest.mark.parametrize("field", ["bundle", "language", "input", "mode", "aspect"])
def test_a_start_without_a_field_ends_the_session(shared: Running, field: str) -> None:
    message = start()
    del message[field]
    assert provoke(shared, message, begin=False) == (["bad_start"], 1008)


def test_an_unknown_bundle_is_told_those_there_are(shared: Running) -> None:
    async def talk() -> str:
        async with client(shared, begin=False) as made:
            await made.tell(start(bundle="nothing"))
            return str((await made.hear("error"))["message"])

    assert "tiny" in asyncio.run(talk())


def test_messages_above_the_limits_end_the_session(shared: Running) -> None:
    assert provoke(shared, "x" * (2**14 + 1)) == (["frame_too_large"], 1009)
    assert provoke(shared, "é" * 2**13 + "x") == (["frame_too_large"], 1009)  # bytes count, not characters
    assert provoke(shared, b"x" * (2**20 + 1)) == (["frame_too_large"], 1009)
    assert provoke(shared, b"x" * (2**20 + 1), begin=False) == (["frame_too_large"], 1009)
    assert provoke(shared, b"x" * (5 * 2**20)) == ([], 1009)  # far above: not even read


def test_start_timeout_and_idle_timeout(serve: Serve) -> None:
    async def chatter(running: Running) -> tuple[list[str], int | None]:
        async with client(running) as made:
            with suppress(ConnectionClosed):
                for _ in range(5):  # messages are no frames
                    await made.tell({"type": "clear"})
                    await asyncio.sleep(0.1)
            code = await made.ended()
            return made.codes, code

    with serve(start_timeout_s=0.2, idle_timeout_s=0.3) as running:
        assert provoke(running, begin=False) == (["start_timeout"], 1008)
        assert provoke(running, "garbage", begin=False) == (["bad_message", "start_timeout"], 1008)
        assert asyncio.run(chatter(running)) == (["idle_timeout"], 1000)


def test_frames_of_nobody_keep_a_session_alive_and_say_nothing(serve: Serve) -> None:
    async def talk(running: Running) -> None:
        async with client(running) as made:
            for index in range(500):
                await made.tell(frame(index * 20, math.nan))
                await asyncio.sleep(0.001)
            await made.tell(STOP)
            assert await made.ended() == 1000
            assert made.codes == []
            assert made.of("word") == []
            assert all(partial["top"] == [] for partial in made.of("partial"))

    with serve(idle_timeout_s=0.4) as running:
        asyncio.run(talk(running))


def test_a_leap_in_time_does_no_harm(shared: Running) -> None:
    leaps = [frame(ms, HIGH) for ms in (-(2.0**52), -5, 0, 40, 1e6, 1e12, 1e15, 1e15, 2.0**53 - 1)]
    assert provoke(shared, *leaps, STOP) == ([], 1000)


async def emptied(running: Running) -> None:
    async with asyncio.timeout(5):
        while running.active:
            await asyncio.sleep(0.01)


def test_too_many_sessions(serve: Serve) -> None:
    async def talk(running: Running) -> None:
        async with client(running), client(running), client(running, begin=False) as third:
            assert await third.ended() == 1013
            assert third.codes == ["too_many_sessions"]
        await emptied(running)
        async with client(running):  # there is room again
            pass
        await emptied(running)
        pictures = {"input": "image", "aspect": None}
        async with client(running, begin=pictures), client(running, begin=False) as second:
            await second.tell(start(**pictures))
            assert await second.ended() == 1013
            assert second.codes == ["too_many_sessions"]

    with serve(max_sessions=2, max_image_sessions=1) as running:
        asyncio.run(talk(running))


def test_a_client_that_does_not_read_is_cut_off_and_holds_up_nobody(serve: Serve) -> None:
    async def lazy(running: Running) -> tuple[int | None, list[str]]:
        where = urlsplit(running.address)
        narrow = socket.create_connection((where.hostname or "", where.port or 0))
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        narrow.setblocking(False)
        # A queue of one message: the rest waits in the network, unread.
        async with connect(running.live, sock=narrow, max_queue=1, close_timeout=1) as connection:
            await connection.send(json.dumps(start()))
            with suppress(ConnectionClosed):
                for _ in range(20_000):
                    await connection.send('{"type": "clear"}')
                    if running.active == 1:  # only the other one is left
                        break
            reader = Client(connection)
            code = await reader.ended()
            return code, reader.codes

    async def talk(running: Running) -> None:
        async with client(running) as other:
            cut_off = asyncio.create_task(lazy(running))
            await other.sign(0, 40, HIGH)
            assert (await other.hear("word"))["gloss"] == "hello"
            assert await asyncio.wait_for(cut_off, 20) == (1008, ["slow_client"])

    with serve(send_buffer=4096, max_unsent=8) as running:
        asyncio.run(talk(running))


def test_pages_of_other_origins_are_refused(serve: Serve) -> None:
    async def opens(running: Running, origin: str | None) -> int:
        try:
            async with connect(running.live, origin=origin):  # type: ignore[arg-type]
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    with serve(allowed_origins="https://friend.example, https://other.example") as running:
        own = running.address
        for origin, status in {
            None: 101,
            own: 101,
            "https://friend.example": 101,
            "https://other.example": 101,
            "https://evil.example": 403,
            "http://localhost:1": 403,
            "null": 403,
            "": 403,
        }.items():
            assert asyncio.run(opens(running, origin)) == status, origin


def test_speech_unavailable_names_what_to_install(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(running: Running) -> str:
        async with client(running) as made:
            await made.sign(0, 40, HIGH)
            await made.hear("sentence")
            await made.tell({"type": "speak"})
            error = await made.hear("error")
            assert error["code"] == "speech_unavailable"
            return str(error["message"])

    monkeypatch.setenv("PATH", "")
    with serve() as running:
        assert "apt-get install espeak-ng" in asyncio.run(talk(running))


def test_the_number_of_points_is_the_bundles(shared: Running) -> None:
    face_too = struct.pack("<d", 0) + np.zeros((543, 3), dtype="<f4").tobytes()
    assert provoke(shared, face_too, STOP) == (["bad_frame"], 1000)
    assert len(frame(0, 0)) == 8 + len(BODY) * 12
