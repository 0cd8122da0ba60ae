"""Whatever is wrong with the camera, the page says what to do."""

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.conftest import Visit, chromium, start_camera, status_becomes, text_of

pytestmark = pytest.mark.browser


def refuse_with(page: Page, name: str) -> None:
    page.add_init_script(
        f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{name}') }}"
    )


def says_what_to_do(page: Page, problem: str) -> None:
    expect(page.get_by_text(text_of(f"camera.{problem}"))).to_be_visible()
    # And the person can try again at once.
    status_becomes(page, "off")
    expect(page.get_by_test_id("start-camera")).to_be_enabled()


def test_no_camera(visit: Visit, playwright: Playwright) -> None:
    with chromium(playwright, "--use-fake-device-for-media-stream=device-count=0") as cameraless:
        page = visit(browser=cameraless)
        page.get_by_test_id("start-camera").click()
        says_what_to_do(page, "none")
        page.context.close()


def test_a_camera_that_is_not_allowed(visit: Visit) -> None:
    page = visit(camera=False)
    page.get_by_test_id("start-camera").click()
    says_what_to_do(page, "denied")


def test_a_camera_that_another_program_uses(visit: Visit) -> None:
    page = visit(before=lambda page: refuse_with(page, "NotReadableError"))
    page.get_by_test_id("start-camera").click()
    says_what_to_do(page, "busy")


def test_a_camera_that_fails_in_a_new_way(visit: Visit) -> None:
    page = visit(before=lambda page: refuse_with(page, "WhoKnowsError"))
    page.get_by_test_id("start-camera").click()
    says_what_to_do(page, "unknown")


def test_a_camera_that_is_pulled_out(visit: Visit) -> None:
    page = visit()
    start_camera(page)
    # Chromium tells a page so when the device is gone.
    page.evaluate("window.cameraTracks[0].dispatchEvent(new Event('ended'))")
    says_what_to_do(page, "unplugged")
    assert page.evaluate("window.cameraTracks[0].readyState") == "ended"


def test_an_address_where_browsers_forbid_cameras(visit: Visit) -> None:
    def insecure(page: Page) -> None:
        page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")

    page = visit(before=insecure)
    page.get_by_test_id("start-camera").click()
    says_what_to_do(page, "insecure")
