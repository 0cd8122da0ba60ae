"""The browser and Python see the same: pixels, landmarks and signs. What is trained with one holds for the other."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Playwright, Route

from chereme.landmarks.extractor import Extractor, extract_media
from chereme.landmarks.frames import Frame
from chereme.landmarks.layout import BODY
from chereme.landmarks.sequence import LandmarkSequence
from chereme.recognition.recognizer import Recognizer
from tests.browser.conftest import (
    CAMERA_FPS,
    SIGNER,
    SPELLING,
    WORD,
    Running,
    Visit,
    camera_flags,
    chromium,
    fitted,
    frames_of,
    start_camera,
    text_of,
    write_camera,
)

pytestmark = pytest.mark.browser

WIDTH = 640
"""Distances are given in pixels of a picture of this width."""
HANDS = ("left_hand", "right_hand")
WRIST = BODY.slices["right_hand"].start

OPEN = """async (path) => {
  const film = await (await fetch(path)).blob();
  return URL.createObjectURL(film);  // in memory, so that seeking does not depend on the server
}"""

PIXELS = """async ([url, seconds]) => {
  const video = document.createElement('video');
  video.muted = true;
  video.src = url;
  await new Promise((resolve, reject) => {
    video.onloadeddata = resolve;
    video.onerror = () => reject(new Error(video.error.message));
  });
  await new Promise((resolve) => {
    video.onseeked = resolve;
    video.currentTime = seconds;
  });
  // A film says that it is at its place a moment before it has a picture of it.
  let bitmap = null;
  while (!bitmap) {
    bitmap = await createImageBitmap(video).catch(() => null);
    if (!bitmap) await new Promise(requestAnimationFrame);
  }
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  video.removeAttribute('src');
  video.load();
  let text = '';
  for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
  return [btoa(text), canvas.width, canvas.height];
}"""


def open_film(page: Page, film: Path) -> str:
    """The address of a film inside the page, whether the server offers it or not."""

    def answer(route: Route) -> None:
        route.fulfill(body=film.read_bytes(), content_type="video/mp4")

    page.route("**/films/under-test", answer)
    address: str = page.evaluate(OPEN, "/films/under-test")
    page.unroute("**/films/under-test", answer)
    return address


def pixels(page: Page, film: Path, seconds: float) -> NDArray[np.uint8]:
    """The picture at this time as the browser decodes it."""
    data, width, height = page.evaluate(PIXELS, [open_film(page, film), seconds])
    return np.frombuffer(base64.b64decode(data), dtype=np.uint8).reshape(height, width, 4)[..., :3]


@pytest.mark.parametrize("film", [SIGNER, SPELLING], ids=lambda film: film.stem)
def test_films_have_the_same_pixels(visit: Visit, film: Path) -> None:
    frames = frames_of(film)
    page = visit()
    for index in (0, 1, len(frames) // 2, len(frames) - 1):
        step = frames[1].milliseconds / 1000
        seen = pixels(page, film, frames[index].milliseconds / 1000 + step / 2)
        assert np.array_equal(seen, frames[index].rgb), f"frame {index}"


def write_film(path: Path, codec: str, width: int, height: int, colours: int | None, full: bool) -> Path:
    """Coloured squares that move; `colours`: the matrix that the film names, None where it names none."""
    squares = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    large = np.kron(squares, np.ones((-(-height // 30), -(-width // 40), 1), dtype=np.uint8))[:height, :width]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate = 4_000_000
        said = stream.codec_context
        if colours is not None:
            said.colorspace = said.color_primaries = said.color_trc = colours
        if full:
            said.color_range = 2
        for index in range(4):
            frame = av.VideoFrame.from_ndarray(np.roll(large, index * 8, axis=1), format="rgb24")
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 10)
            if colours is not None:
                frame.colorspace = colours
            if full:
                frame.color_range = 2
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_colours_are_the_same_in_all_films_that_browsers_and_cameras_make(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    differing: list[str] = []
    for codec, ending in (("libx264", "mp4"), ("libvpx", "webm"), ("libvpx-vp9", "webm")):
        for width, height in ((320, 240), (240, 720)):
            for colours in (None, 1):
                for full in (False, True):
                    name = f"{codec}-{height}-{colours}-{full}.{ending}"
                    film = write_film(tmp_path / name, codec, width, height, colours, full)
                    if not np.array_equal(pixels(page, film, 0.25), frames_of(film)[2].rgb):
                        differing.append(name)
    assert differing == []


# --- landmarks ---


def browser_landmarks(page: Page, film: Path, fps: float) -> NDArray[np.float32]:
    """float32 [frames, 75, 3] of every frame of a film."""
    observations = page.evaluate(
        "([url, fps]) => window.cheremeDebug.extractFilm(url, fps)", [open_film(page, film), fps]
    )
    points = np.array([each["points"] for each in observations], dtype=np.float32)  # JSON's null is NaN
    return points.reshape(len(observations), len(BODY), 3)


@dataclass(frozen=True)
class Extracted:
    """A film as Python and as the browser see it."""

    name: str
    ours: LandmarkSequence
    theirs: LandmarkSequence

    def apart(self, group: str) -> NDArray[np.float64]:
        """Pixels between points, [frames, points]; NaN where one of the two saw nothing."""
        assert self.ours.aspect is not None
        difference = (self.ours.points - self.theirs.points)[:, BODY.slices[group], :2].astype(np.float64)
        return np.asarray(np.hypot(difference[..., 0] * WIDTH, difference[..., 1] * WIDTH / self.ours.aspect))

    def alike(self, group: str) -> NDArray[np.bool_]:
        """For each frame, whether both saw the group or neither did."""
        return np.asarray(self.ours.present(group) == self.theirs.present(group))


@pytest.fixture(scope="module")
def extracted(browser: Browser, server: Running) -> list[Extracted]:
    """Both films, every frame, from the same H.264 files."""
    page = browser.new_page(base_url=server.address)
    page.goto("/?debug=1")
    page.wait_for_function("() => window.cheremeDebug")
    both = []
    for film in (SIGNER, SPELLING):
        ours = extract_media(film)
        assert ours.fps is not None
        seen = browser_landmarks(page, film, ours.fps)
        both.append(Extracted(film.stem, ours, LandmarkSequence(seen, BODY, ours.fps, ours.aspect)))
    page.close()
    return both


def test_landmarks_are_the_same(extracted: list[Extracted]) -> None:
    for group in ("pose", *HANDS):
        for film in extracted:
            apart = film.apart(group)
            apart = apart[~np.isnan(apart)]
            if len(apart):
                median, worst = np.median(apart), np.percentile(apart, 95)
                alike = film.alike(group).mean()
                print(f"{film.name} {group}: seen alike {alike:.1%}, median {median:.3f} px, 95 % {worst:.2f} px")
    seen_alike = [film.alike(group) for film in extracted for group in ("pose", *HANDS)]
    assert np.concatenate(seen_alike).mean() >= 0.98
    for groups in (("pose",), HANDS):
        apart = np.concatenate([film.apart(group).ravel() for film in extracted for group in groups])
        assert (~np.isnan(apart)).sum() > 1000
        assert np.nanmedian(apart) <= 1.5, groups


def test_landmarks_are_equal_where_the_tracker_has_no_past(extracted: list[Extracted]) -> None:
    """Later frames start from the answers to earlier ones, so that the last digits, in which WebAssembly rounds
    otherwise than the processor, grow to pixels where the hand is blurred or the body hidden."""
    for film in extracted:
        begun = np.flatnonzero(film.ours.present("pose") & film.theirs.present("pose"))[:3]
        assert np.nanmedian(film.apart("pose")[begun]) <= 0.2, film.name


def test_signs_are_the_same(extracted: list[Extracted], letters: Recognizer) -> None:
    spelling = extracted[1]
    held = spelling.ours.present("right_hand")
    begins = np.flatnonzero(held & ~np.r_[False, held[:-1]])
    ends = np.flatnonzero(held & ~np.r_[held[1:], False]) + 1
    signs = [slice(begin, end) for begin, end in zip(begins, ends, strict=True) if end - begin > 10]
    assert len(signs) == len(WORD)
    for film, parts in ((extracted[0], [slice(None)]), (spelling, signs)):
        for part in parts:
            answers = [letters.predict(cut(sequence, part))[0] for sequence in (film.ours, film.theirs)]
            print(film.name, *(f"{answer.gloss} {answer.confidence:.3f}" for answer in answers))
            assert answers[0].gloss == answers[1].gloss
            assert answers[0].confidence == pytest.approx(answers[1].confidence, abs=0.1)


def cut(sequence: LandmarkSequence, part: slice) -> LandmarkSequence:
    return LandmarkSequence(sequence.points[part], BODY, sequence.fps, sequence.aspect)


# --- a real person before the camera ---

HELD = 6
"""So many thirtieths of a second each picture is shown, so that the browser sees most of them."""


@pytest.fixture(scope="module")
def signer_pictures() -> list[NDArray[np.uint8]]:
    return [fitted(frame.rgb) for frame in frames_of(SIGNER)]


@pytest.fixture(scope="module")
def signer_browser(
    playwright: Playwright, signer_pictures: list[NDArray[np.uint8]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Chromium with a signing woman before its camera, at a sixth of her speed."""
    file = write_camera(tmp_path_factory.mktemp("camera") / "signer.mjpeg", signer_pictures, HELD)
    with chromium(playwright, *camera_flags(file)) as started:
        yield started


NEWEST = """() => {
  const { points } = window.cheremeDebug.frames.at(-1);
  const canvas = document.querySelector('[data-testid=overlay-canvas]');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const drawn = [];
  for (let i = 3; i < data.length; i += 4) drawn.push(data[i] > 200 ? 1 : 0);
  return { points, drawn, width: canvas.width, height: canvas.height };
}"""

SEEN_FOR = """(ms) => {
  const { frames } = window.cheremeDebug;
  return frames.length > 1 && frames.at(-1).ms - frames[0].ms > ms;
}"""

HAND_RESTS = """(wrist) => {
  const last = (window.cheremeDebug?.frames ?? []).slice(-4).map(({ points }) => points[wrist]);
  return last.length === 4 && last.every(Number.isFinite) && Math.max(...last) - Math.min(...last) < 0.01;
}"""


@pytest.fixture
def resting_browser(
    playwright: Playwright, signer_pictures: list[NDArray[np.uint8]], tmp_path: Path
) -> Iterator[Browser]:
    """Chromium with the woman's hand at rest before its camera: what is drawn is as old as its extraction takes, which
    shows on a hand that moves."""
    resting = signer_pictures[36:40]
    file = write_camera(tmp_path / "resting.mjpeg", resting + resting[::-1], held=30)
    with chromium(playwright, *camera_flags(file)) as started:
        yield started


def test_drawn_landmarks_lie_on_the_hand(resting_browser: Browser, visit: Visit, pictures: Path | None) -> None:
    page = visit("/?debug=1", browser=resting_browser)
    start_camera(page)
    page.wait_for_function(HAND_RESTS, arg=WRIST * 3)
    if pictures:
        # Only the stage: what a recogniser of letters makes of this hand says nothing.
        stage = page.get_by_role("region", name=text_of("stage.region"))
        stage.screenshot(path=pictures / "translate-landmarks.png")
    seen = page.evaluate(NEWEST)
    drawn = np.array(seen["drawn"], dtype=bool).reshape(seen["height"], seen["width"])
    assert drawn.any()
    hand = np.array(seen["points"], dtype=np.float64).reshape(len(BODY), 3)[BODY.slices["right_hand"], :2]
    inside = hand[((hand >= 0) & (hand < 1)).all(axis=1)] * (seen["width"], seen["height"])
    assert len(inside) >= 10
    assert all(drawn[int(y), int(x)] for x, y in inside)
    # Only the body is drawn over, and not the whole picture.
    assert drawn.mean() < 0.2


def test_live_landmarks_follow_the_hands(
    visit: Visit, signer_browser: Browser, signer_pictures: list[NDArray[np.uint8]]
) -> None:
    with Extractor(BODY) as extractor:
        frames = (Frame(rgb, index * 1000 * HELD / CAMERA_FPS) for index, rgb in enumerate(signer_pictures))
        truth = extractor.extract(frames).points[:, BODY.slices["right_hand"]]
    page = visit("/?debug=1", browser=signer_browser)
    start_camera(page)
    loop_ms = len(truth) * HELD * 1000 / CAMERA_FPS
    page.wait_for_function(SEEN_FOR, arg=loop_ms)
    observations = page.evaluate("window.cheremeDebug.frames")
    times = np.array([each["ms"] for each in observations])
    seen = np.array([each["points"] for each in observations], dtype=np.float32)
    live = seen.reshape(len(times), len(BODY), 3)[:, BODY.slices["right_hand"]]

    def apart(shift: int) -> tuple[float, float]:
        """How far live hands are from those of the film when it began `shift` pictures earlier."""
        index = (np.floor(times / (1000 * HELD / CAMERA_FPS)).astype(int) + shift) % len(truth)
        distance = np.hypot(*((live - truth[index])[..., :2] * (WIDTH, 480)).transpose(2, 0, 1)).mean(axis=1)
        both = ~np.isnan(distance)
        agree = float((np.isnan(live[:, 0, 0]) == np.isnan(truth[index, 0, 0])).mean())
        return (float(np.median(distance[both])) if both.sum() >= 5 else np.inf), agree

    # When the camera's film began is not known: the shift that fits best shows it.
    best, agree = min((apart(shift) for shift in range(len(truth))), key=lambda each: each[0])
    print(f"live hands: {len(times)} pictures, median {best:.1f} px, present alike {agree:.0%}")
    # Live, only some of the pictures are seen, so that the tracker goes another way.
    assert best <= 15
    assert agree >= 0.75
    assert float(np.nanmax(truth[:, 0, 1]) - np.nanmin(truth[:, 0, 1])) * 480 > 50, "the hand moves much farther"
