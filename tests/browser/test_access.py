"""For every person and every screen: axe, keyboard, reduced motion, narrow phones."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    DESKTOP,
    LOCALES,
    PHONE,
    ROOT,
    SCHEMES,
    WORD,
    Locale,
    Scheme,
    Visit,
    caption,
    status_becomes,
    text_of,
)

pytestmark = pytest.mark.browser

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
NARROWEST = (320, 640)

RUN_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  const explain = ({ html, failureSummary }) => `${html}: ${failureSummary}`;
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(explain) }));
}"""


def axe_violations(page: Page) -> list[dict[str, Any]]:
    # Evaluated by the debugger, because the page's policy lets no foreign script in.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # A colour in the middle of a transition is nobody's colour.
    page.wait_for_function("() => document.getAnimations().every(({ playState }) => playState !== 'running')")
    return list(page.evaluate(RUN_AXE))


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_at_rest_is_open_to_all(visit: Visit, locale: Locale, scheme: Scheme, size: tuple[int, int]) -> None:
    page = visit(locale=locale, scheme=scheme, size=size, still=True)
    assert page.locator("html").get_attribute("lang") == locale
    expect(page.get_by_test_id("status")).to_have_text(text_of("status.off", locale))
    assert axe_violations(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("locale", LOCALES)
def test_the_narrowest_screen_shows_all_of_it(visit: Visit, locale: Locale) -> None:
    page = visit(locale=locale, size=NARROWEST)
    assert overflow(page) <= 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_vocabulary_and_the_shortcuts_are_open_to_all(visit: Visit, scheme: Scheme) -> None:
    page = visit(scheme=scheme, still=True)
    for opener in ("vocabulary", "shortcuts"):
        page.get_by_test_id(opener).click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        assert axe_violations(page) == []
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_a_session_is_open_to_all_and_nothing_moves_for_those_who_want_it_so(visit: Visit) -> None:
    page = visit(size=PHONE, still=True)
    page.get_by_test_id("try-film").click()
    expect(caption(page)).to_have_text(WORD[0], timeout=120_000)
    expect(page.get_by_test_id("partial").locator("li").first).to_be_visible()
    moving = "document.getAnimations().filter((each) => each.effect.getComputedTiming().duration > 1).length"
    assert page.evaluate(moving) == 0
    assert overflow(page) <= 0
    assert axe_violations(page) == []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for locale in LOCALES:
            page.get_by_test_id("ui-language-menu").select_option(locale)
            expect(page.locator("html")).to_have_attribute("lang", locale)
            assert overflow(page) <= 0


FOCUS = """() => {
  const element = document.activeElement;
  // Some inputs are invisible and show their focus on what stands for them.
  const shown = [element, element.nextElementSibling, element.closest('label'), element.parentElement];
  const marked = shown.some((each) => {
    if (!each) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none';
  });
  return { id: element.closest('[data-testid]')?.dataset.testid ?? element.tagName, marked };
}"""


def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit: Visit) -> None:
    page = visit(size=PHONE)
    visited: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["id"] == "BODY":
            break
        assert focus["marked"], f"{focus['id']} does not show that it has the focus"
        visited.append(focus["id"])
    assert {"vocabulary", "start-camera", "try-film", "bundle-menu", "language-menu", "mode-menu", "shortcuts"} <= set(
        visited
    )


def test_the_keyboard_alone_starts_controls_and_stops(visit: Visit) -> None:
    page = visit()
    while page.evaluate(FOCUS)["id"] != "start-camera":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    status_becomes(page, "ready")
    # The button is gone; the keyboard is still where it was and not at the top of the page.
    assert page.evaluate("document.activeElement.contains(document.querySelector('[data-testid=stop-camera]'))")

    overlay = page.get_by_test_id("overlay-canvas")
    expect(overlay).to_be_visible()
    page.keyboard.press("l")
    expect(overlay).to_be_hidden()
    page.keyboard.press("l")
    expect(overlay).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    expect(caption(page)).not_to_have_text("", timeout=60_000)
    page.keyboard.press("c")
    expect(caption(page)).to_have_text("")
    page.get_by_test_id("stop-camera").focus()
    page.keyboard.press("Enter")
    status_becomes(page, "off")
