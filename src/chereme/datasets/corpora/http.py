"""One file over HTTP: whole or not at all, and taken up again where an earlier run broke off."""

import http.client
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib import error, request

from chereme import __version__

CHUNK = 1 << 16

SLOWEST = 1_000
"""Bytes a second, on average over the time of patience: below it a server holds the line and sends nothing of use."""

FOR_NOW = frozenset({408, 416, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed later."""


class FetchError(Exception):
    """Why something could not be fetched, as a phrase for a report.

    again: a further try may help. wait: seconds that the server asked for before it.
    """

    def __init__(self, reason: str, *, again: bool, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.again = again
        self.wait = wait


class Pace:
    """Breaks off a transfer that comes too slowly, or whose run was stopped."""

    def __init__(self, patience: float, stop: threading.Event | None = None) -> None:
        self._patience, self._stop = patience, stop
        self._since, self._then = time.monotonic(), 0

    def arrived(self, received: int) -> None:
        """To be called now and then with the bytes received so far; raises `FetchError`."""
        if self._stop and self._stop.is_set():
            raise FetchError("the run was stopped", again=False)
        now = time.monotonic()
        if now - self._since >= self._patience:
            if received - self._then < SLOWEST * self._patience:
                raise FetchError(
                    f"it came too slowly: {received - self._then:,} bytes in {self._patience:g} s", again=True
                )
            self._since, self._then = now, received


def download(
    url: str,
    to: Path,
    *,
    limit: int,
    patience: float = 30.0,
    check: Callable[[Path], None] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Fetch `url` with one GET into `to`; the file appears there when it is whole.

    What arrived of it stays beside `to` and is asked for from there on the next time, if the server says that the file
    is still the same; so no byte comes twice.

    limit: bytes; more are refused. patience: seconds without a usable rate of bytes.
    check: called with the whole file before it gets its name; raises `FetchError` where it is not what it should be.
    progress: called with the bytes that are there and the bytes in all, where the server states them.
    Raises `FetchError`.
    """
    if not url.startswith(("http://", "https://")):
        raise FetchError("it is not an http or https address", again=False)
    part, stamp = to.with_name(f".{to.name}.part"), to.with_name(f".{to.name}.stamp")
    try:
        with _get(url, part, stamp, patience) as response:
            _receive(response, part, stamp, limit, Pace(patience, stop), progress)
    except error.HTTPError as answer:
        answer.close()
        if answer.code == 416:  # what is there does not fit
            part.unlink(missing_ok=True)
        wait = answer.headers.get("Retry-After", "")
        raise FetchError(
            f"the server answered {answer.code} {answer.reason}".rstrip(),
            again=answer.code in FOR_NOW,
            wait=float(wait) if wait.isdigit() else 0.0,
        ) from answer
    except TimeoutError as silence:
        raise FetchError(f"nothing came for {patience:g} s", again=True) from silence
    except (http.client.HTTPException, OSError, ValueError) as broken:
        raise FetchError(_why(broken), again=not isinstance(broken, ValueError)) from broken
    try:
        if check:
            check(part)
    except FetchError:
        part.unlink()
        raise
    finally:
        stamp.unlink(missing_ok=True)
    part.replace(to)


def _get(url: str, part: Path, stamp: Path, patience: float) -> http.client.HTTPResponse:
    headers = {"User-Agent": f"chereme/{__version__}", "Accept-Encoding": "identity"}
    if part.exists() and stamp.exists():
        headers |= {"Range": f"bytes={part.stat().st_size}-", "If-Range": stamp.read_text(encoding="latin-1")}
    # Built by hand, so that a redirect leads to http and https and to nothing else.
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPRedirectHandler(),
        request.HTTPErrorProcessor(),
        request.HTTPDefaultErrorHandler(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    response = opener.open(request.Request(url, headers=headers), timeout=patience)  # noqa: S310  checked by the caller
    if not isinstance(response, http.client.HTTPResponse):
        raise OSError("there was no answer")
    return response


def _receive(
    response: http.client.HTTPResponse,
    part: Path,
    stamp: Path,
    limit: int,
    pace: Pace,
    progress: Callable[[int, int | None], None] | None,
) -> None:
    if response.headers.get_content_type() in ("text/html", "application/xhtml+xml"):
        raise FetchError("it is a web page and no file", again=False)
    there = part.stat().st_size if response.status == 206 else 0
    length = response.headers.get("Content-Length")
    whole = there + int(length) if length else None
    if response.status == 206 and not response.headers.get("Content-Range", "").startswith(f"bytes {there}-"):
        part.unlink()
        raise FetchError("the server sent another part than was asked for", again=True)
    if whole is not None and whole > limit:
        raise FetchError(f"it is larger than {limit / 1e9:g} GB", again=False)
    sign = response.headers.get("ETag", "")
    same = sign if sign and not sign.startswith("W/") else response.headers.get("Last-Modified")
    if same:
        stamp.write_text(same, encoding="latin-1")
    else:
        stamp.unlink(missing_ok=True)
    with part.open("ab" if there else "wb") as stream:
        received = 0
        while chunk := response.read1(CHUNK):
            stream.write(chunk)
            received += len(chunk)
            pace.arrived(received)
            if there + received > limit:
                raise FetchError(f"it is larger than {limit / 1e9:g} GB", again=False)
            if progress:
                progress(there + received, whole)
    if whole is not None and there + received < whole:
        raise FetchError(f"it was cut off: {there + received:,} of {whole:,} bytes came", again=True)


def _why(broken: Exception) -> str:
    reason = getattr(broken, "reason", None) or broken
    if isinstance(reason, TimeoutError):
        return "the server did not answer"
    return f"the connection failed: {str(reason) or type(reason).__name__}"
