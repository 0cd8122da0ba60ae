"""A real Chromium before a real server.

The camera is a file: people who were filmed sign into it, over and over. Every page is watched: whatever it asks from
elsewhere, whatever it complains about and whatever its security policy had to stop fails the test.
"""

import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, Request, WebSocket, sync_playwright

from chereme.bundles.read import open_bundle
from chereme.bundles.shipped import shipped_bundles
from chereme.landmarks.frames import Frame
from chereme.landmarks.video import Video
from chereme.recognition.recognizer import Recognizer
from chereme.server.settings import load_settings
from chereme.server.static import WEB

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
SIGNER = ROOT / "tests/data/films/slp-pose-test.mp4"
SPELLING = ROOT / "web/public/films/spelling.mp4"
WORD = "lab"
"""What is spelled in SPELLING."""

CAMERA_FPS = 30
"""At which Chromium reads a camera's file, whatever the file says."""
DESKTOP, PHONE = (1280, 860), (390, 844)

Locale = Literal["en", "vi", "km"]
Scheme = Literal["light", "dark"]
LOCALES: tuple[Locale, ...] = ("en", "vi", "km")
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def text_of(key: str, locale: Locale = "en") -> str:
    """A text of the page, by its key in the locale files: `status.ready`."""
    node: Any = json.loads((ROOT / f"web/src/i18n/locales/{locale}.json").read_text(encoding="utf-8"))
    for part in key.split("."):
        node = node[part]
    return str(node)


def pattern_of(key: str) -> re.Pattern[str]:
    """A text with numbers in it, whatever the numbers are."""
    return re.compile(re.sub(r"\\\{\\\{\w+\\\}\\\}", r".+", re.escape(text_of(key))))


# --- the server ---


@dataclass
class Running:
    """`chereme serve` in a process of its own, which can be killed and started again at the same address."""

    folder: Path
    port: int
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("chereme")), "serve", "--port", str(self.port)]
        environment = {**os.environ, "CHEREME_DATA_DIR": str(self.folder), "NO_COLOR": "1"}
        log = (self.folder / "server.log").open("a", encoding="utf-8")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        log.close()
        line = _line_of(self.process, within=60)
        if self.address not in line:
            self.kill()
            pytest.fail(f"the server did not start: {line}{(self.folder / 'server.log').read_text(encoding='utf-8')}")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(20)
            if self.process.stdout is not None:
                self.process.stdout.close()
        self.process = None


def _line_of(process: subprocess.Popen[str], within: float) -> str:
    """The first line that a process prints; empty when it ends or stays silent."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return process.stdout.readline() if selector.select(within) else ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    server = Running(folder, _free_port())
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of the built page."""
    if not (WEB / "index.html").is_file():
        pytest.fail("the web page is not built, and these tests are about nothing else: run `make web`")
    return WEB


@pytest.fixture(scope="session")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server that all tests share; those that kill one start their own."""
    with running(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture(scope="session")
def letters() -> Recognizer:
    """The recogniser of single letters that ships."""
    paths = [*shipped_bundles().values(), *load_settings().bundles]
    bundles = [open_bundle(path) for path in paths]
    return Recognizer(next(bundle for bundle in bundles if bundle.manifest.name == "asl-letters"))


# --- cameras ---


def frames_of(film: Path) -> list[Frame]:
    with Video(film) as video:
        return list(video)


def fitted(rgb: NDArray[np.uint8], width: int = 640, height: int = 480) -> NDArray[np.uint8]:
    """The whole picture in the middle of one of the size that the page asks cameras for: Chromium would cut it."""
    picture = Image.fromarray(rgb)
    picture.thumbnail((width, height))
    canvas = Image.new("RGB", (width, height), (96, 96, 96))
    canvas.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    return np.asarray(canvas)


def write_camera(path: Path, pictures: list[NDArray[np.uint8]], held: int) -> Path:
    """A file that Chromium plays as a camera, each picture shown for `held` of its thirtieths of a second."""
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=CAMERA_FPS)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuvj420p"
        stream.options = {"qmin": "2", "qmax": "3"}
        stream.codec_context.time_base = Fraction(1, CAMERA_FPS)
        for index, picture in enumerate(picture for picture in pictures for _ in range(held)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="session")
def spelling_camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Spells the word at half its speed, because Chromium without a graphics card sees some seven pictures a second."""
    pictures = [frame.rgb for frame in frames_of(SPELLING)]
    return write_camera(tmp_path_factory.mktemp("camera") / "spelling.mjpeg", pictures, held=6)


# --- browsers and pages ---


class Visit(Protocol):
    def __call__(
        self,
        path: str = "/",
        *,
        locale: Locale = "en",
        scheme: Scheme = "light",
        size: tuple[int, int] = DESKTOP,
        camera: bool = True,
        still: bool = False,
        before: Callable[[Page], None] | None = None,
        browser: Browser | None = None,
        server: Running | None = None,
    ) -> Page: ...


WATCH = """
window.cameraTracks = [];
window.policyViolations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.policyViolations.push(`${event.violatedDirective}: ${event.blockedURI}`);
});
const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) {
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    window.cameraTracks.push(...stream.getTracks());
    return stream;
  };
}
"""


@dataclass
class Watched:
    """What a page did that it should not have done."""

    page: Page
    origin: str
    asked: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._requested)
        self.page.on("websocket", self._connected)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _requested(self, request: Request) -> None:
        self._reached(request.url)

    def _connected(self, socket: WebSocket) -> None:
        self._reached(socket.url.replace("ws", "http", 1))

    def _reached(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob"):
            self.asked.add(f"{parts.scheme}://{parts.netloc}")

    def _said(self, message: ConsoleMessage) -> None:
        # MediaPipe's own log lines go to console.error in the page, warnings and notes alike.
        native_log = re.match(r"[IW]\d{4} |INFO: |W0000|Graph successfully", message.text)
        if message.type == "error" and not native_log:
            self.complaints.append(message.text)

    def violations(self) -> list[str]:
        return list(self.page.evaluate("window.policyViolations ?? []"))


@contextmanager
def chromium(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-background-networking", "--no-first-run", *flags],
    )
    try:
        yield browser
    finally:
        browser.close()


def camera_flags(file: Path) -> tuple[str, ...]:
    return (
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={file}",
    )


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, spelling_camera: Path) -> Iterator[Browser]:
    """Chromium with a camera before which a word is spelled."""
    with chromium(playwright, *camera_flags(spelling_camera)) as started:
        yield started


@pytest.fixture
def forgiven() -> list[str]:
    """Patterns of complaints that belong to what a test does; empty unless the test adds some."""
    return []


@pytest.fixture
def visit(browser: Browser, server: Running, forgiven: list[str]) -> Iterator[Visit]:
    """Opens the page as another person each time: nothing is remembered."""
    pages: list[Watched] = []
    shared_browser, shared_server = browser, server

    def open_page(
        path: str = "/",
        *,
        locale: Locale = "en",
        scheme: Scheme = "light",
        size: tuple[int, int] = DESKTOP,
        camera: bool = True,
        still: bool = False,
        before: Callable[[Page], None] | None = None,
        browser: Browser | None = None,
        server: Running | None = None,
    ) -> Page:
        address = (server or shared_server).address
        context = (browser or shared_browser).new_context(
            base_url=address,
            locale=locale,
            color_scheme=scheme,
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce" if still else "no-preference",
        )
        context.set_default_timeout(60_000)
        # With an empty list everything is refused, as after "Block" in the browser's question.
        context.grant_permissions(["camera"] if camera else [])
        context.add_init_script(WATCH)
        page = context.new_page()
        pages.append(Watched(page, address))
        if before:
            before(page)
        page.goto(path)
        page.get_by_test_id("start-camera").wait_for()
        page.evaluate("document.fonts.ready")
        return page

    yield open_page
    problems: list[str] = []
    for watched in pages:
        with suppress(Exception):  # a page that a test closed has nothing to say any more
            problems += watched.violations()
        problems += [f"reached {origin}" for origin in watched.asked - {watched.origin}]
        problems += [said for said in watched.complaints if not any(re.search(each, said) for each in forgiven)]
        watched.page.context.close()
    assert problems == []


def start_camera(page: Page) -> None:
    page.get_by_test_id("start-camera").click()
    status_becomes(page, "ready")


def status_becomes(page: Page, key: str, within: float = 60) -> None:
    page.get_by_test_id("status").filter(has_text=pattern_of(f"status.{key}")).wait_for(timeout=within * 1000)


def caption(page: Page) -> Locator:
    return page.get_by_test_id("caption")


def words(page: Page) -> str:
    return caption(page).inner_text().strip()


def picture(page: Page, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where pictures of the page are to be written; None: nowhere. CHEREME_PICTURES=docs/pictures renews those of the
    documentation."""
    folder = os.environ.get("CHEREME_PICTURES")
    return ROOT / folder if folder else None


@pytest.fixture(autouse=True, scope="session")
def _clock() -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"\nthe browser tests took {time.monotonic() - began:.0f} s")
