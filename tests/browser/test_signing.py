"""The way from a person who signs to words, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import (
    PHONE,
    WORD,
    Running,
    Visit,
    caption,
    picture,
    running,
    start_camera,
    status_becomes,
    text_of,
    words,
)

pytestmark = pytest.mark.browser

SPELLED = re.compile(".*".join(WORD))
MINUTE = 60_000

KEEP_CAPTIONS = """() => {
  const caption = document.querySelector('[data-testid=caption]');
  window.captions = [];
  new MutationObserver(() => window.captions.push(caption.textContent.trim()))
    .observe(caption, { childList: true, characterData: true, subtree: true });
}"""

LETTER_TAKEN_BACK = """(before) => {
  const { captions } = window;
  return captions.some((now, i) => now === [before, ...captions][i].slice(0, -1).trim());
}"""

SPEECH_PLAYED = """() => {
  const voice = document.querySelector('[data-testid=voice]');
  return voice.duration > 0.2 && (voice.ended || voice.currentTime > 0.1);
}"""


def speak(page: Page) -> str:
    """Presses *Speak* and waits until sound has been heard; the address of the sound."""
    page.get_by_test_id("speak").click()
    page.wait_for_function(SPEECH_PLAYED, timeout=MINUTE)
    source = page.get_by_test_id("voice").get_attribute("src")
    assert source is not None
    return source


def test_letters_before_the_camera_become_words_and_speech(visit: Visit, server: Running) -> None:
    page = visit()
    start_camera(page)
    expect(caption(page)).to_have_text(SPELLED, timeout=2 * MINUTE)
    assert speak(page).startswith(f"{server.address}/api/v1/speech/")

    page.evaluate(KEEP_CAPTIONS)
    before = words(page)
    page.get_by_test_id("undo").click()
    # The camera goes on meanwhile: a letter may come before the undone one is gone.
    page.wait_for_function(LETTER_TAKEN_BACK, arg=before)
    page.get_by_test_id("clear").click()
    page.wait_for_function("() => window.captions.includes('')")

    assert page.evaluate("window.cameraTracks.map(({ readyState }) => readyState)") == ["live"]
    page.get_by_test_id("stop-camera").click()
    status_becomes(page, "off")
    assert page.evaluate("window.cameraTracks.map(({ readyState }) => readyState)") == ["ended"]


def test_the_film_spells_its_word_without_a_camera(visit: Visit, pictures: Path | None) -> None:
    page = visit(camera=False, size=(1280, 940))
    page.get_by_test_id("try-film").click()
    expect(caption(page)).to_have_text(WORD, timeout=2 * MINUTE)
    if pictures:
        expect(page.get_by_test_id("partial").locator("li").first).to_be_visible()
        picture(page, pictures / "translate.png")
    status_becomes(page, "filmEnded")
    assert words(page) == WORD
    assert page.evaluate("window.cameraTracks.length") == 0

    # No camera goes on here, so that what each button does can be said to the letter.
    speak(page)
    page.get_by_test_id("undo").click()
    expect(caption(page)).to_have_text(WORD[:-1])
    page.get_by_test_id("clear").click()
    expect(caption(page)).to_have_text("")
    expect(page.get_by_text(text_of("caption.empty"))).to_be_visible()


def test_without_workers_the_page_itself_recognises(visit: Visit, forgiven: list[str], pictures: Path | None) -> None:
    forgiven.append(r"net::ERR_FAILED")  # the worker's script, which is kept away on purpose
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.abort()

    def without_worker(page: Page) -> None:
        page.route("**/assets/worker-*.js", refuse)

    page = visit(scheme="dark", size=PHONE, before=without_worker)
    page.get_by_test_id("try-film").click()
    expect(caption(page)).to_have_text(re.compile(WORD[:2] if pictures else WORD[0]), timeout=2 * MINUTE)
    assert refused
    if pictures:
        picture(page, pictures / "translate-phone.png")


def test_words_survive_a_server_that_goes_away(visit: Visit, forgiven: list[str], tmp_path: Path) -> None:
    forgiven.append(r"ERR_CONNECTION_REFUSED|WebSocket connection to .* failed")
    with running(tmp_path) as server:
        page = visit(server=server)
        start_camera(page)
        expect(caption(page)).to_have_text(re.compile(r"\S"), timeout=MINUTE)
        server.kill()
        status_becomes(page, "waiting")
        kept = words(page)
        assert kept
        server.start()
        status_becomes(page, "ready")
        expect(caption(page)).to_have_text(re.compile(re.escape(kept) + r"\s*\S"), timeout=MINUTE)
        page.get_by_test_id("stop-camera").click()
