"""Downloads from a real server: whole or not there, resumed where possible, broken off where nothing comes."""

import threading
import time
from pathlib import Path

import pytest

from chereme.datasets.corpora.http import FetchError, download
from tests.datasets.corpora.conftest import Web

CONTENT = bytes(range(256)) * 400
LIMIT = 10**6


@pytest.fixture
def web_with_file(web: Web) -> Web:
    (web.folder / "x.bin").write_bytes(CONTENT)
    return web


def failing(web: Web, route: str, to: Path, **more: float) -> FetchError:
    with pytest.raises(FetchError) as failed:
        download(web.url(f"{route}/x.bin"), to, limit=LIMIT, patience=more.get("patience", 5.0))
    assert not to.exists()
    assert "\n" not in str(failed.value)
    return failed.value


@pytest.mark.parametrize("route", ["fine", "whole-only", "drip", "redirect"])
def test_what_comes_whole_is_there(web_with_file: Web, route: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    download(web_with_file.url(f"{route}/x.bin"), tmp_path / "x", limit=LIMIT, progress=lambda *now: seen.append(now))
    assert (tmp_path / "x").read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [path.name for path in tmp_path.iterdir() if path.name != "web"] == ["x"]


@pytest.mark.parametrize(
    ("route", "reason", "again"),
    [
        ("gone", "the server answered 404 Not Found", False),
        ("busy", "the server answered 503 Service Unavailable", True),
        ("cut-off", f"it was cut off: {len(CONTENT) // 2:,} of {len(CONTENT):,} bytes came", True),
        ("page", "it is a web page and no file", False),
        ("to-file", "the server answered 302", False),
    ],
)
def test_what_fails_says_why(web_with_file: Web, route: str, reason: str, again: bool, tmp_path: Path) -> None:
    error = failing(web_with_file, route, tmp_path / "x")
    assert reason in str(error)
    assert error.again is again


@pytest.mark.parametrize("route", ["stall", "crawl"])
def test_a_server_that_sends_nothing_of_use_is_left(web_with_file: Web, route: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    error = failing(web_with_file, route, tmp_path / "x", patience=0.3)
    assert time.monotonic() - begun < 2
    assert error.again


def test_the_rest_is_asked_for_where_the_server_knows_the_file(web_with_file: Web, tmp_path: Path) -> None:
    failing(web_with_file, "breaks-once", tmp_path / "x")
    download(web_with_file.url("breaks-once/x.bin"), tmp_path / "x", limit=LIMIT)
    assert (tmp_path / "x").read_bytes() == CONTENT
    assert [part for _, part in web_with_file.asked] == [None, f"bytes={len(CONTENT) // 2}-"]


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(web_with_file: Web, tmp_path: Path) -> None:
    (tmp_path / ".x.part").write_bytes(b"old " * 100)
    (tmp_path / ".x.stamp").write_text('"another"')
    download(web_with_file.url("fine/x.bin"), tmp_path / "x", limit=LIMIT)
    assert (tmp_path / "x").read_bytes() == CONTENT


def test_a_part_that_is_too_long_does_not_stay_in_the_way(web_with_file: Web, tmp_path: Path) -> None:
    (tmp_path / ".x.part").write_bytes(CONTENT + b"more")
    (tmp_path / ".x.stamp").write_text('"one"')
    assert failing(web_with_file, "fine", tmp_path / "x").again
    download(web_with_file.url("fine/x.bin"), tmp_path / "x", limit=LIMIT)
    assert (tmp_path / "x").read_bytes() == CONTENT


@pytest.mark.parametrize("route", ["fine", "unsized"])
def test_more_than_allowed_is_refused(web_with_file: Web, route: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="larger than"):
        download(web_with_file.url(f"{route}/x.bin"), tmp_path / "x", limit=1000)


def test_what_does_not_pass_its_check_leaves_nothing(web_with_file: Web, tmp_path: Path) -> None:
    def check(path: Path) -> None:
        raise FetchError("it is not what it should be", again=False)

    with pytest.raises(FetchError, match="not what it should be"):
        download(web_with_file.url("fine/x.bin"), tmp_path / "x", limit=LIMIT, check=check)
    assert [path.name for path in tmp_path.iterdir()] == ["web"]


def test_a_stopped_run_ends_its_transfers(web_with_file: Web, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(FetchError, match="stopped"):
        download(web_with_file.url("fine/x.bin"), tmp_path / "x", limit=LIMIT, stop=stop)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "/etc/passwd", "data:,x"])
def test_only_the_web_is_asked(url: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="not an http or https address"):
        download(url, tmp_path / "x", limit=LIMIT)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "http://no.such.host.invalid/x", "http://[::/x", "http://a b/"]
)
def test_a_server_that_is_not_there(url: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError):
        download(url, tmp_path / "x", limit=LIMIT, patience=5)
