"""Which films a slice needs: each address once, however often and in whatever spelling it is listed."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

from chereme.datasets.corpora.annotations import Annotation

YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com"})


@dataclass(frozen=True)
class Source:
    """A film and the clips that are cut from it.

    name: of its file, without ending. It is made from the address alone, so that a later run finds the file.
    url: None where the list gives only an id, or an address that is not http or https.
    """

    name: str
    listed: str
    url: str | None
    clips: tuple[Annotation, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(clip.id for clip in self.clips)

    def film(self, folder: Path) -> Path:
        """Where the film is kept. It ends in .mp4 whatever is in it, so that it is found; readers look into it."""
        return folder / "sources" / f"{self.name}.mp4"


def sources_of(clips: Iterable[Annotation]) -> tuple[Source, ...]:
    """The films of these clips, in the order in which they are first listed."""
    found: dict[str, tuple[Annotation, ...]] = {}
    for clip in clips:
        key = address(clip.video) or clip.video
        found[key] = (*found.get(key, ()), clip)
    return tuple(Source(_name(key), key, address(key), those) for key, those in found.items())


def address(listed: str) -> str | None:
    """The one spelling of an address that is used; None where it is not one of the web.

    Lists leave out the scheme (`www.youtube.com/watch?v=…`), add where to begin (`&t=54s`) or write `youtu.be/…`.
    """
    if re.fullmatch(r"[\w-]+", listed):
        return None
    try:
        parts = urlsplit(listed if "://" in listed else f"https://{listed}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        return None
    video = parse_qs(parts.query).get("v", [""])[0] if host in YOUTUBE else ""
    if host == "youtu.be":
        video = parts.path.strip("/")
    if video:
        return f"https://www.youtube.com/watch?v={video}"
    host = f"[{host}]" if ":" in host else host
    path, query = (quote(part, safe="/%:@!$&'()*+,;=?~") for part in (parts.path or "/", parts.query))
    return urlunsplit((parts.scheme, host + port, path, query, ""))


def _name(key: str) -> str:
    """Readable, and different for addresses that differ in capitals alone: some file systems see no difference."""
    if re.fullmatch(r"[\w-]{1,40}", key):
        return key
    last = re.sub(r"\.\w{2,5}$", "", re.split(r"[/=]", key.rstrip("/"))[-1])
    readable = re.sub(r"[^\w-]", "_", last, flags=re.ASCII)[:40]
    return f"{readable}-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
