"""Sites that show films on pages, such as YouTube: yt-dlp knows how each of them wants to be asked."""

import re
import threading
from pathlib import Path
from typing import Any

from chereme.datasets.corpora.http import FetchError, Pace
from chereme.errors import CheremeError

PICTURES_ONLY = {"format": "bv*", "format_sort": ["res:720", "vcodec:h264", "proto:https"]}
"""The pictures at 720 lines or the next less, in one piece: nobody listens, and nothing need be put together."""


def is_known_site(url: str) -> bool:
    """Whether yt-dlp has more to say about this address than that there may be a film."""
    _require()
    from yt_dlp.extractor import gen_extractor_classes

    return any(site.suitable(url) for site in gen_extractor_classes() if site.IE_NAME != "generic")


def download_from_site(
    url: str,
    to: Path,
    *,
    limit: int,
    patience: float,
    tries: int,
    cookies: Path | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Fetch the film that a page shows into `to`, which must not exist. Raises `FetchError` with what yt-dlp says."""
    _require()
    from yt_dlp import YoutubeDL
    from yt_dlp.utils import YoutubeDLError

    pace = Pace(patience, stop)

    def watch(state: dict[str, Any]) -> None:
        pace.arrived(int(state.get("downloaded_bytes") or 0))

    options = PICTURES_ONLY | {
        "outtmpl": str(to).replace("%", "%%"),
        "noplaylist": True,
        "fixup": "never",
        "max_filesize": limit,
        "socket_timeout": patience,
        "retries": tries - 1,
        "fragment_retries": tries - 1,
        "extractor_retries": tries - 1,
        "cookiefile": str(cookies) if cookies else None,
        "progress_hooks": [watch],
        "logger": _Silence(),
        "noprogress": True,
    }
    try:
        with YoutubeDL(options) as site:
            site.extract_info(url)
    except YoutubeDLError as error:
        raise FetchError(_said(str(error)), again=False) from error
    except OSError as error:
        raise FetchError(f"the connection failed: {error}", again=True) from error
    if not to.exists():
        raise FetchError("the site gave no film, or one that is too large", again=False)


class _Silence:
    """What yt-dlp would print: the report has the reasons, and a bar is on the screen."""

    def debug(self, message: str) -> None: ...

    def info(self, message: str) -> None: ...

    def warning(self, message: str) -> None: ...

    def error(self, message: str) -> None: ...


def _said(message: str) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", message).removeprefix("ERROR: ")
    first = re.split(r"[;\n]", plain)[0]
    return first.strip()[:300] or "yt-dlp gave no reason"


def _require() -> None:
    try:
        import yt_dlp  # noqa: F401
    except ModuleNotFoundError as error:
        raise CheremeError("yt-dlp is not installed: fetching needs `pip install 'chereme[data]'`") from error
