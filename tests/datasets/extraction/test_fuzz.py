"""Damaged films: a clip or a reason, and never anything else."""

import random
from pathlib import Path

from tests.datasets.extraction.conftest import Extract, write_cut

FILMS = 30


def test_damaged_films_give_a_clip_or_a_reason(tmp_path: Path, extract_into: Extract) -> None:
    """Thousands: `python -m benchmarks.extraction_jobs --fuzz 10000`."""
    film = write_cut(tmp_path / "film.mp4", 20, 2).read_bytes()
    chance = random.Random(0)  # noqa: S311  no secret
    source = tmp_path / "films/hello"
    source.mkdir(parents=True)
    for index in range(FILMS):
        (source / f"{index:02}.mp4").write_bytes(damaged(film, chance))
    result = extract_into(source.parent, jobs=2)
    assert result.extracted + len(result.failed) == FILMS
    assert len(result.failed) > FILMS // 10
    assert {each.code for each in result.failed} <= {"not_a_video", "no_video_stream", "unknown_codec", "corrupt_video"}


def damaged(film: bytes, chance: random.Random) -> bytes:
    """Cut off, overwritten in places, or with a piece left out."""
    content = bytearray(film)
    kind = chance.randrange(3)
    if kind == 0:
        return bytes(content[: chance.randrange(len(content))])
    if kind == 1:
        start = chance.randrange(len(content))
        del content[start : start + chance.randrange(1, 400)]
        return bytes(content)
    # The header is at the end; most damage to what is between harms pictures alone.
    low = 0 if chance.random() < 0.5 else content.rindex(b"moov")
    for _ in range(chance.randrange(1, 30)):
        content[chance.randrange(low, len(content))] = chance.randrange(256)
    return bytes(content)
