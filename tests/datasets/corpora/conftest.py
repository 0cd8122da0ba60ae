"""Small films whose pictures tell their own number, and a real web server that behaves well and badly."""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from chereme.datasets.corpora.annotations import Annotation
from chereme.landmarks.video import Video

WIDTH, HEIGHT, FPS = 128, 96, 25
BITS, CELL = 8, 16
"""The number of a picture stands in its top row as eight black or white squares."""


def picture(number: int) -> NDArray[np.uint8]:
    rgb = np.full((HEIGHT, WIDTH, 3), 128, dtype=np.uint8)
    rgb[HEIGHT // 2 :, : WIDTH // 2] = (200, 40, 40)
    for bit in range(BITS):
        rgb[:CELL, bit * CELL : (bit + 1) * CELL] = 235 if number >> bit & 1 else 20
    return rgb


def number_of(rgb: NDArray[np.uint8]) -> int:
    cells = rgb[2 : CELL - 2].reshape(CELL - 4, BITS, CELL, 3)[:, :, 2:-2].mean(axis=(0, 2, 3))
    return int(sum(1 << bit for bit, level in enumerate(cells) if level > 128))


def write_film(path: Path, frames: int = 100, *, fps: Fraction | int = FPS, start: bool = True) -> Path:
    """An H.264 film with pictures between others (B) and few key frames, as the web's are."""
    options = {"movflags": "faststart"} if start else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("libx264", rate=fps, options={"g": "48", "bf": "3", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(number), format="rgb24")))
        container.mux(stream.encode())
    return path


def numbers_in(path: Path) -> list[int]:
    with Video(path) as video:
        return [number_of(frame.rgb) for frame in video]


def annotation(name: str, video: str, start: float = 0.0, end: float | None = None, **more: object) -> Annotation:
    fields = {"gloss": "hello", "label": 0, "split": "train", "signer": "1", "fps": None, "box": None, "listed": "here"}
    return Annotation(**(fields | {"id": name, "video": video, "start": start, "end": end} | more))  # type: ignore[arg-type]


Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


class Web:
    """A server on this machine: `http://…/ROUTE/FILE` answers with the file in the way of the route."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[tuple[str, str | None]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.asked.append((self.path, self.headers.get("Range")))
                _, route, name = self.path.split("/", 2)
                try:
                    ROUTES[route](self, (web.folder / name).read_bytes() if (web.folder / name).exists() else b"")
                except OSError:  # the client had enough
                    self.close_connection = True

            def log_message(self, format: str, *arguments: object) -> None: ...

        Handler.times = Counter()  # type: ignore[attr-defined]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{path}"

    def requests(self, path: str) -> int:
        return sum(asked == f"/{path}" for asked, _ in self.asked)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    folder = tmp_path / "web"
    folder.mkdir()
    web = Web(folder)
    yield web
    web.close()


def _head(handler: BaseHTTPRequestHandler, length: int | None, code: int = 200, /, **headers: str) -> None:
    handler.send_response(code)
    if length is not None:
        handler.send_header("Content-Length", str(length))
    for name, value in ({"Content_Type": "video/mp4"} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def _whole(handler: BaseHTTPRequestHandler, content: bytes, **headers: str) -> None:
    _head(handler, len(content), **headers)
    handler.wfile.write(content)


def _fine(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """As most servers: parts are given, and the tag says whether the file is still the same."""
    wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    if wanted and handler.headers.get("If-Range") == '"one"':
        first = int(wanted[1])
        if first >= len(content):
            return _head(handler, 0, 416)
        place = f"bytes {first}-{len(content) - 1}/{len(content)}"
        _head(handler, len(content) - first, 206, ETag='"one"', Content_Range=place)
        handler.wfile.write(content[first:])
        return None
    return _whole(handler, content, ETag='"one"')


def _send_and_break(handler: BaseHTTPRequestHandler, content: bytes, declared: int, **headers: str) -> None:
    _head(handler, declared, **headers)
    handler.wfile.write(content)
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def _breaks_once(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    if handler.headers.get("Range"):
        _fine(handler, content)
    else:
        _send_and_break(handler, content[: len(content) // 2], len(content), ETag='"one"')


def _drip(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    _head(handler, len(content))
    step = len(content) // 10 + 1
    for first in range(0, len(content), step):
        handler.wfile.write(content[first : first + step])
        time.sleep(0.03)


def _crawl(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    _head(handler, len(content))
    for byte in content:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.02)


def _stall(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    _head(handler, len(content))
    handler.wfile.write(content[:100])
    handler.wfile.flush()
    time.sleep(3)


def _at_second_try(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    times: Counter[str] = handler.times  # type: ignore[attr-defined]
    times[handler.path] += 1
    if times[handler.path] > 1:
        _fine(handler, content)
    else:
        _head(handler, 0, 500)


def _redirect(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    _head(handler, 0, 302, Location=handler.path.replace("/redirect/", "/fine/"))


def _unsized(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """No length stated: only the film itself tells that its end is missing."""
    _head(handler, None, Connection="close")
    handler.wfile.write(content[: len(content) * 2 // 3])
    handler.close_connection = True


ROUTES: dict[str, Answer] = {
    "fine": _fine,
    "whole-only": _whole,
    "drip": _drip,
    "crawl": _crawl,
    "stall": _stall,
    "gone": lambda handler, content: _head(handler, 0, 404),
    "busy": lambda handler, content: _head(handler, 0, 503, Retry_After="0"),
    "second-try": _at_second_try,
    "cut-off": lambda handler, content: _send_and_break(handler, content[: len(content) // 2], len(content)),
    "breaks-once": _breaks_once,
    "unsized": _unsized,
    "page": lambda handler, content: _whole(handler, b"<html>", Content_Type="text/html; charset=utf-8"),
    "html": lambda handler, content: _whole(handler, content, Content_Type="text/html"),
    "redirect": _redirect,
    "to-file": lambda handler, content: _head(handler, 0, 302, Location="file:///etc/passwd"),
}
