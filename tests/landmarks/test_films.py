"""The films that the web page offers: there, small, playable everywhere, and with hands that are found."""

import json

import av
import pytest

from chereme.landmarks.extractor import extract_media
from tests.landmarks.conftest import SPELLING

LIST = json.loads((SPELLING.parent / "films.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", LIST, ids=lambda entry: entry["file"])
def test_each_film_is_there_and_every_browser_plays_it(entry: dict[str, object]) -> None:
    path = SPELLING.parent / str(entry["file"])
    assert path.stat().st_size < 2_000_000
    with av.open(str(path)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.name, codec.pix_fmt, codec.profile) == ("h264", "yuv420p", "Constrained Baseline")
        assert (codec.width, codec.height) == (640, 480)
    assert set(entry["title"]) == {"en", "vi", "km"}  # type: ignore[call-overload]
    assert "MIT" in str(entry["credit"])


def test_hands_are_found_while_held_and_gone_between() -> None:
    clip = extract_media(SPELLING)
    found = clip.present("right_hand")
    assert clip.present("pose").mean() > 0.75
    assert 0.7 < found.mean() < 0.85  # three seconds held, seven tenths of a pause
    assert clip.present("left_hand").mean() < 0.03
    rises = ((~found[:-1]) & found[1:]).sum()
    assert 3 <= rises <= 6  # one letter after the other, no flicker
