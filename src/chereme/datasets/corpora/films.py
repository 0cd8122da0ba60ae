"""Whether a film is whole, found out without decoding all of it."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from chereme.errors import CheremeError
from chereme.landmarks.video import DEMUXERS, FALLBACK_FPS, Video

CUT_OFF = 1.0
"""Seconds by which pictures may end before the duration that the file states: sound may be longer."""


@dataclass(frozen=True)
class Film:
    rate: Fraction
    """Pictures a second, on average."""
    seconds: float
    """From the first picture to the end of the last."""
    comment: str
    """As tagged in the file."""


def look_into(path: Path) -> Film:
    """Read a film to its end; raises `CheremeError` where it cannot be decoded, or breaks off before its end."""
    with Video(path) as video:
        next(iter(video))  # one picture decodes
    with av.open(str(path), options={"format_whitelist": DEMUXERS, "protocol_whitelist": "file"}) as container:
        stream = container.streams.video[0]
        moments, damaged = list[float](), False
        try:
            for packet in container.demux(stream):
                if packet.pts is not None and packet.time_base is not None and packet.size:
                    moments.append(float(packet.pts * packet.time_base))
                    damaged = damaged or packet.is_corrupt
        except av.error.FFmpegError:
            damaged = True
        rate = stream.average_rate or Fraction(FALLBACK_FPS)
        seconds = max(moments) - min(moments) + float(1 / rate) if moments else 0.0
        stated = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else seconds
        if damaged or (stream.frames and len(moments) < stream.frames) or seconds < stated - CUT_OFF:
            raise CheremeError(f"{path} breaks off after {seconds:.1f} of {stated:.1f} s: fetch it again")
        return Film(rate, seconds, container.metadata.get("comment", ""))
