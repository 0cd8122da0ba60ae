"""What is tested here is the page that ships."""

from pathlib import Path

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_the_page_is_made_of_the_built_files(built: Path, visit: Visit) -> None:
    page = visit()
    files = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)")
    assets = [path for path in files if path.startswith("/assets/")]
    assert any(path.endswith(".js") for path in assets)
    assert any(path.endswith(".css") for path in assets)
    for path in assets:
        assert page.request.get(path).body() == (built / path.lstrip("/")).read_bytes()
    # Development servers put their own code into the page.
    assert not [path for path in files if path.startswith(("/@", "/src/", "/node_modules/"))]
