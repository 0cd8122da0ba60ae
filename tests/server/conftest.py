"""A small bundle whose answers are known, and a real server around it."""

import asyncio
import json
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from chereme.bundles.write import write_bundle
from chereme.landmarks.layout import BODY
from chereme.landmarks.model import MODEL_SHA256
from chereme.server.app import create_app
from chereme.server.run import Server, listen
from chereme.server.settings import Settings

HIGH, MIDDLE, LOW = 0.2, 0.5, 0.8
"""How high the hands are held: `hello`, nothing, `thanks`."""


def tiny_model() -> bytes:
    """logits = (idle 3, hello 50 × (0.5 − y), thanks 50 × (y − 0.5)) with y the mean over all points that are there."""
    weights = np.array([[0, 0, 0], [0, -50, 50], [0, 0, 0]], dtype=np.float32)
    constants: dict[str, NDArray[np.generic]] = {
        "weights": weights,
        "bias": np.array([3, 25, -25], dtype=np.float32),
        "zero": np.zeros((), dtype=np.float32),
        "axes": np.array([1, 2], dtype=np.int64),
    }
    nodes = [
        helper.make_node("IsNaN", ["landmarks"], ["missing"]),
        helper.make_node("Where", ["missing", "zero", "landmarks"], ["filled"]),
        helper.make_node("ReduceMean", ["filled", "axes"], ["embedding"], keepdims=0),
        helper.make_node("Gemm", ["embedding", "weights", "bias"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("landmarks", TensorProto.FLOAT, ["batch", "frames", len(BODY), 3])],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3]),
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", 3]),
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9
    ).SerializeToString()
    return model


def write_tiny_bundle(folder: Path, *, name: str = "tiny", released: bool = False) -> Path:
    path = folder / f"{name}-1.0.0.chereme"
    write_bundle(
        path,
        {
            "name": name,
            "version": "1.0.0",
            "title": {"en": "Two signs"},
            "sign_language": "ase",
            "glosses": [
                {"gloss": "idle"},
                {"gloss": "hello", "texts": {"en": "hello", "vi": "xin chào", "km": "សួស្តី"}},
                {"gloss": "thanks", "texts": {"en": "thanks", "vi": "cảm ơn", "km": "អរគុណ"}},
            ],
            "idle": "idle",
            "groups": BODY.groups,
            "fps": 25,
            "aspect": 4 / 3,
            "min_frames": 2,
            "max_frames": 64,
            "temperature": 1.0,
            "spotting": {"window_s": 0.8, "min_confidence": 0.6, "hold_s": 0.3, "pause_s": 0.4},
            "training_data": [{"name": "none", "source": "made by a test", "license": "CC0", "samples": 1}],
            "split": {"kind": "all", "train_ids_sha256": "0" * 64},
            "released": released,
            "landmark_model_sha256": MODEL_SHA256,
            "code_version": "0.1.0",
        },
        tiny_model(),
        "# Tiny",
        {},
    )
    return path


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(autouse=True, scope="session")
def _only_tiny_bundles() -> Iterator[None]:
    """The bundles that ship take seconds to load and are tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chereme.server.catalogue.shipped_bundles", dict)
        yield


@dataclass(frozen=True)
class Running:
    address: str
    server: Server

    @property
    def live(self) -> str:
        return self.address.replace("http", "ws") + "/api/v1/live"

    @property
    def active(self) -> int:
        """How many sessions are open."""
        return int(self.server.live.active)


Serve = Callable[..., AbstractContextManager[Running]]


@contextmanager
def serving(folder: Path, *, send_buffer: int | None = None, **settings: Any) -> Iterator[Running]:
    chosen = Settings(**{"data_dir": folder / "data", "max_fps": 1000, **settings})
    ready = threading.Event()
    listener = listen("127.0.0.1", 0)
    if send_buffer is not None:  # connections inherit it
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    server = Server(create_app(chosen), chosen, on_ready=ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert ready.wait(20)
        yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", server)
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def serve(bundle: Path, tmp_path: Path) -> Serve:
    """Starts a server on a free port for as long as a `with` lasts; keywords are settings."""
    return partial(serving, tmp_path, bundles=(bundle,))


@pytest.fixture(scope="module")
def shared(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server with the usual settings for many tests."""
    with serving(tmp_path_factory.mktemp("shared"), bundles=(bundle,)) as running:
        yield running


def start(**changes: Any) -> dict[str, Any]:
    fields = {"bundle": "tiny", "language": "en", "input": "landmarks", "mode": "continuous", "aspect": 4 / 3}
    return {"type": "start", **fields, **changes}


def frame(ms: float, height: float) -> bytes:
    """One observation: every point at the same height; NaN is nobody."""
    return struct.pack("<d", ms) + np.full((len(BODY), 3), height, dtype="<f4").tobytes()


class Client:
    """A WebSocket client that keeps everything that it was told."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.heard: list[dict[str, Any]] = []

    async def tell(self, message: Any) -> None:
        await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def sign(self, first_ms: float, frames: int, height: float, *, fps: float = 25) -> float:
        """Sends frames some ten times faster than time, so that the model can keep up; the time of the next."""
        for index in range(frames):
            await self.tell(frame(first_ms + index * 1000 / fps, height))
            await asyncio.sleep(0.004)
        return first_ms + frames * 1000 / fps

    async def hear(self, *types: str, within: float = 5) -> dict[str, Any]:
        """The next message of one of these types."""
        async with asyncio.timeout(within):
            while True:
                message = json.loads(await self.connection.recv())
                self.heard.append(message)
                if message["type"] in types:
                    return dict(message)

    async def ended(self, within: float = 5) -> int | None:
        """Hears everything until the server closes; its code."""
        async with asyncio.timeout(within):
            with suppress(ConnectionClosed):
                while True:
                    self.heard.append(json.loads(await self.connection.recv()))
        return self.connection.close_code

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.heard if message["type"] == kind]

    @property
    def codes(self) -> list[str]:
        return [message["code"] for message in self.of("error")]


@asynccontextmanager
async def client(running: Running, *, begin: bool | dict[str, Any] = True, **options: Any) -> AsyncIterator[Client]:
    """A connection; with `begin` a session has been opened, with those fields of `start` that are given."""
    async with connect(running.live, **options) as connection:
        made = Client(connection)
        if begin is not False:
            await made.tell(start(**(begin if isinstance(begin, dict) else {})))
            await made.hear("ready")
        yield made
