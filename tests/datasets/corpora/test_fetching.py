"""The films of a slice: each asked for once, none taken for whole that is not, every failure with its reason."""

import json
from pathlib import Path

import pytest

from chereme.datasets.corpora.fetching import Manners, fetch_films
from chereme.datasets.corpora.http import FetchError
from chereme.datasets.corpora.sites import download_from_site, is_known_site
from chereme.datasets.corpora.sources import Source, sources_of
from tests.datasets.corpora.conftest import Web, annotation, numbers_in, write_film

QUICK = Manners(pause=0.0, patience=5.0, tries=2)


def sources(web: Web, *routes: str) -> tuple[Source, ...]:
    return sources_of(annotation(f"{place}", web.url(f"{route}/x.mp4")) for place, route in enumerate(routes))


@pytest.fixture
def cinema(web: Web) -> Web:
    write_film(web.folder / "x.mp4", 50)
    (web.folder / "words.mp4").write_bytes(b"no film at all, but sent as one\n" * 100)
    return web


def test_films_come_whole_and_are_not_asked_for_again(cinema: Web, tmp_path: Path) -> None:
    wanted = sources(cinema, "fine", "redirect", "second-try", "breaks-once", "drip")
    seen: list[tuple[int, int]] = []
    assert fetch_films(wanted, tmp_path, manners=QUICK, progress=lambda *now: seen.append(now)) == ()
    assert seen[-1] == (5, 5)
    for source in wanted:
        assert numbers_in(source.film(tmp_path)) == list(range(50))
    asked = len(cinema.asked)
    assert fetch_films(wanted, tmp_path, manners=QUICK) == ()
    assert len(cinema.asked) == asked
    assert not (tmp_path / "failed.json").exists()


def test_several_clips_of_a_film_ask_for_it_once(cinema: Web, tmp_path: Path) -> None:
    url = cinema.url("fine/x.mp4")
    clips = [annotation("a", url), annotation("b", url + "#t=3"), annotation("c", url)]
    fetch_films(sources_of(clips), tmp_path, manners=QUICK)
    assert cinema.requests("fine/x.mp4") == 1


def test_failures_are_told_with_reasons_and_tries_add_up(cinema: Web, tmp_path: Path) -> None:
    wanted = sources(cinema, "gone", "busy", "page", "cut-off", "unsized", "fine")
    reasons = {
        "0": ("404 Not Found", 1),
        "1": ("503 Service Unavailable", 2),
        "2": ("it is a web page and no file", 1),
        "3": ("it was cut off", 2),
        "4": ("what came ", 1),
    }
    for run in (1, 2):
        failed = fetch_films(wanted, tmp_path, manners=QUICK)
        rows = json.loads((tmp_path / "failed.json").read_text())
        assert {row["clips"][0] for row in rows} == set(reasons) == {failure.clips[0] for failure in failed}
        for row in rows:
            reason, tries = reasons[row["clips"][0]]
            assert reason in row["reason"]
            assert (row["step"], row["tries"], row["url"]) == (
                "download",
                tries * run,
                wanted[int(row["clips"][0])].url,
            )
    assert cinema.requests("fine/x.mp4") == 1
    assert [path.name for path in (tmp_path / "sources").glob("[!.]*")] == [wanted[5].film(tmp_path).name]


def test_a_failure_that_comes_right_leaves_the_report(cinema: Web, tmp_path: Path) -> None:
    wanted = sources(cinema, "second-try")
    assert len(fetch_films(wanted, tmp_path, manners=Manners(pause=0, tries=1))) == 1
    assert fetch_films(wanted, tmp_path, manners=QUICK) == ()
    assert json.loads((tmp_path / "failed.json").read_text()) == []


@pytest.mark.parametrize("start", [True, False], ids=["index first", "index last"])
def test_a_film_that_was_cut_short_on_disk_is_fetched_again(cinema: Web, start: bool, tmp_path: Path) -> None:
    write_film(cinema.folder / "x.mp4", 100, start=start)
    (source,) = sources(cinema, "fine")
    fetch_films([source], tmp_path, manners=QUICK)
    whole = source.film(tmp_path).read_bytes()
    for keep in (0, 100, len(whole) // 2, len(whole) - 500):
        source.film(tmp_path).write_bytes(whole[:keep])
        fetch_films([source], tmp_path, manners=QUICK)
        assert source.film(tmp_path).read_bytes() == whole
    assert cinema.requests("fine/x.mp4") == 5


def test_what_is_sent_as_a_film_and_is_none(cinema: Web, tmp_path: Path) -> None:
    wanted = sources_of([annotation("a", cinema.url("fine/words.mp4"))])
    (failure,) = fetch_films(wanted, tmp_path, manners=QUICK)
    assert "what came is not a video that can be read" in failure.reason


def test_a_list_without_addresses_says_where_to_put_the_film(tmp_path: Path) -> None:
    wanted = sources_of([annotation("wlasl-007", "007")])
    (failure,) = fetch_films(wanted, tmp_path, manners=QUICK)
    assert failure.reason == "the list gives no address of the web, and put the film at sources/007.mp4"
    write_film(tmp_path / "sources" / "007.mp4", 10)
    assert fetch_films(wanted, tmp_path, manners=QUICK) == ()


def test_one_host_is_asked_with_pauses(cinema: Web, tmp_path: Path) -> None:
    import time

    begun = time.monotonic()
    fetch_films(sources(cinema, "fine", "redirect", "drip"), tmp_path, jobs=3, manners=Manners(pause=0.3))
    assert time.monotonic() - begun > 0.6


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://www.youtube.com/watch?v=AbC_-123456", True),
        ("https://vimeo.com/123456", True),
        ("http://127.0.0.1:8000/x.mp4", False),
        ("https://example.org/book.mp4", False),
    ],
)
def test_sites_with_pages_are_told_from_addresses_of_films(url: str, known: bool) -> None:
    assert is_known_site(url) is known


def test_a_film_on_a_page_comes_through_yt_dlp(cinema: Web, tmp_path: Path) -> None:
    (cinema.folder / "page.html").write_text("<html><title>x</title><video src='/fine/x.mp4'></video></html>")
    film = tmp_path / "100% film.mp4"
    download_from_site(cinema.url("html/page.html"), film, limit=10**6, patience=5, tries=1)
    assert numbers_in(film) == list(range(50))
    assert cinema.requests("fine/x.mp4") == 1


def test_what_yt_dlp_says_is_the_reason(cinema: Web, tmp_path: Path) -> None:
    with pytest.raises(FetchError) as failed:
        download_from_site(cinema.url("gone/x.mp4"), tmp_path / "x.mp4", limit=10**6, patience=5, tries=1)
    assert "404" in str(failed.value)
    assert "\x1b" not in str(failed.value)
    assert not failed.value.again
