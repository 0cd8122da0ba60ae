"""The films of a slice, fetched once each.

A site that yt-dlp knows is asked through yt-dlp. Every other address is that of a film itself, and is fetched here with
a single GET: yt-dlp would ask such a server twice, first to find out what it has.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from chereme.datasets.corpora.crew import side_by_side
from chereme.datasets.corpora.failures import Failure, Failures
from chereme.datasets.corpora.films import look_into
from chereme.datasets.corpora.http import FetchError, download
from chereme.datasets.corpora.sites import download_from_site, is_known_site
from chereme.datasets.corpora.sources import Source
from chereme.errors import CheremeError

LARGEST = 4 * 10**9
"""Bytes of one film; a longer answer is a mistake or malice."""

LONGEST_WAIT = 60.0
"""Seconds before a further try."""


@dataclass(frozen=True)
class Manners:
    """How servers are asked: seconds between two requests to one host, seconds of patience, tries for one film.

    cookies: a file of cookies, for sites that show films to people who are signed in only.
    """

    pause: float = 1.0
    patience: float = 30.0
    tries: int = 3
    cookies: Path | None = None


def fetch_films(
    sources: Sequence[Source],
    folder: Path,
    *,
    jobs: int = 2,
    manners: Manners | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Failure, ...]:
    """Fetch what is not there and whole already into `folder/sources`; returns what failed, as `failed.json` has it."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    report, stop = Failures(folder), threading.Event()
    fetcher = _Fetcher(folder, manners or Manners(), stop)
    failed = []
    with side_by_side(fetcher.fetch, sources, jobs, stop) as results:
        for done, (source, outcome) in enumerate(results, start=1):
            if outcome is None:
                report.clear("download", source.listed, source.ids)
            else:
                reason, tries = outcome
                failed.append(report.add(Failure("download", source.listed, source.ids, reason, tries)))
            progress(done, len(sources))
    return tuple(failed)


class _Fetcher:
    """Asks servers, one after another where they are the same."""

    def __init__(self, folder: Path, manners: Manners, stop: threading.Event) -> None:
        self._folder, self._manners, self._stop = folder, manners, stop
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def fetch(self, source: Source) -> tuple[str, int] | None:
        """None where the film is there now, otherwise why not and how often it was tried."""
        film = source.film(self._folder)
        wrong = _what_is_wrong(film) if film.exists() else f"put the film at {film.relative_to(self._folder)}"
        if wrong is None:
            return None
        if source.url is None:
            return f"the list gives no address of the web, and {wrong}", 0
        film.unlink(missing_ok=True)
        for attempt in range(1, self._manners.tries + 1):
            self._take_turns(source.url)
            try:
                self._ask(source.url, film)
            except FetchError as error:
                if not error.again or attempt == self._manners.tries:
                    return str(error), attempt
                # Spread, so that films of one server that failed together do not come back together.
                backoff = self._manners.pause * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311
                self._stop.wait(min(LONGEST_WAIT, max(backoff, error.wait)))
            else:
                return None
        return None

    def _ask(self, url: str, film: Path) -> None:
        patience, stop = self._manners.patience, self._stop
        if not is_known_site(url):
            download(url, film, limit=LARGEST, patience=patience, check=_require_whole, stop=stop)
            return
        arriving = film.with_name(f".{film.name}.arriving")
        arriving.unlink(missing_ok=True)
        cookies = self._manners.cookies
        tries = self._manners.tries
        download_from_site(url, arriving, limit=LARGEST, patience=patience, tries=tries, cookies=cookies, stop=stop)
        try:
            _require_whole(arriving)
        except FetchError:
            arriving.unlink()
            raise
        arriving.replace(film)

    def _take_turns(self, url: str) -> None:
        host = urlsplit(url).netloc
        with self._lock:
            turn = max(time.monotonic(), self._next.get(host, 0.0))
            self._next[host] = turn + self._manners.pause
        self._stop.wait(turn - time.monotonic())


def _require_whole(film: Path) -> None:
    problem = _what_is_wrong(film)
    if problem:
        raise FetchError(f"what came {problem}", again=False)


def _what_is_wrong(film: Path) -> str | None:
    try:
        look_into(film)
    except CheremeError as error:
        return str(error).removeprefix(str(film)).strip()
    return None
