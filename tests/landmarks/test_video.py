import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from chereme.errors import CheremeError
from chereme.landmarks.extractor import extract_media
from chereme.landmarks.video import Video
from tests.landmarks.conftest import FILM, WriteVideo, corners, quartered

ONE = 65536  # 1.0 in the fixed point of an MP4 display matrix


def times(path: Path) -> list[float]:
    with Video(path) as video:
        return [frame.milliseconds for frame in video]


def refusal(path: Path) -> str:
    with pytest.raises(CheremeError) as refused:
        extract_media(path)
    assert "\n" not in str(refused.value)
    return str(refused.value).replace(str(path), "FILE")


def with_matrix(path: Path, a: int, b: int, c: int, d: int) -> Path:
    """The same MP4 with another display matrix in its track header, as a phone writes it."""
    content = bytearray(path.read_bytes())
    start = content.index(b"tkhd") + 4 + 4 + 20 + 8 + 8
    content[start : start + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("matrix", "seen", "turned"),
    [
        ((ONE, 0, 0, ONE), "rgbw", False),
        ((0, ONE, -ONE, 0), "brwg", True),  # a phone held upright
        ((-ONE, 0, 0, -ONE), "wbgr", False),
        ((0, -ONE, ONE, 0), "gwrb", True),
        ((-ONE, 0, 0, ONE), "grwb", False),  # a mirrored front camera
        ((0, ONE, ONE, 0), "rbgw", True),
    ],
)
def test_rotation_and_flip_flags_are_applied(
    write_video: WriteVideo, matrix: tuple[int, int, int, int], seen: str, turned: bool
) -> None:
    with Video(with_matrix(write_video([quartered()] * 2), *matrix)) as video:
        frame = next(iter(video))
    assert frame.rgb.shape == ((96, 64, 3) if turned else (64, 96, 3))
    assert frame.rgb.flags.c_contiguous
    assert corners(frame.rgb) == seen


def test_pixels_are_made_square(write_video: WriteVideo) -> None:
    with Video(write_video([quartered()] * 2, sample_aspect=Fraction(4, 3))) as video:
        frame = next(iter(video))
    assert frame.rgb.shape == (64, 128, 3)
    assert frame.aspect == 2


def test_variable_frame_rate_keeps_true_times(write_video: WriteVideo) -> None:
    moments = [0, 40, 200, 210, 700, 733]
    path = write_video([quartered()] * 6, milliseconds=moments)
    assert times(path) == pytest.approx(moments, abs=1)


@pytest.mark.parametrize(("name", "codec"), [("clip.webm", "libvpx"), ("clip.mp4", "libx264"), ("clip.mkv", "libx264")])
def test_what_browsers_record_is_read(write_video: WriteVideo, name: str, codec: str) -> None:
    path = write_video([quartered()] * 9, name, codec=codec)
    assert times(path) == pytest.approx(np.arange(9) * 1000 / 30, abs=1)
    with Video(path) as video:
        assert corners(next(iter(video)).rgb) == "rgbw"


def test_a_live_recording_without_duration_is_read(write_video: WriteVideo) -> None:
    path = write_video([quartered()] * 9, "live.webm", codec="libvpx", options={"live": "1"})
    with Video(path) as video:
        assert video.expected_frames is None
        assert len(list(video)) == 9


def test_a_clock_that_jumps_back_or_far_ahead_goes_on_evenly(write_video: WriteVideo) -> None:
    path = write_video([quartered()] * 4, "jump.mkv", milliseconds=[0, 33, 3_600_033, 3_600_066])
    assert times(path) == pytest.approx([0, 33, 66, 100], abs=2)


def test_raw_pictures_without_times_go_at_the_nominal_rate(write_video: WriteVideo) -> None:
    path = write_video([quartered()] * 5, "clip.mjpeg", codec="mjpeg")
    moments = times(path)
    assert len(moments) == 5
    assert np.diff(moments) == pytest.approx(np.full(4, moments[1]), abs=0.01)
    assert moments[1] > 0


def test_a_cut_off_file_gives_the_frames_that_decode(tmp_path: Path, write_video: WriteVideo) -> None:
    whole = write_video([quartered()] * 60, "whole.webm", codec="libvpx")
    cut = tmp_path / "cut.webm"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    assert 1 <= len(times(cut)) < 60
    assert times(cut) == times(whole)[: len(times(cut))]


def test_damage_in_the_middle_costs_only_its_own_frames(tmp_path: Path) -> None:
    content = bytearray(FILM.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(content)
    assert 20 < len(times(damaged)) <= 58


def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path, write_video: WriteVideo) -> None:
    empty, text, missing = tmp_path / "empty.mp4", tmp_path / "text.mp4", tmp_path / "missing.mp4"
    empty.touch()
    text.write_text("These are words, not pictures.\n" * 50, encoding="utf-8")
    headless = tmp_path / "headless.mp4"
    whole = write_video([quartered()] * 9).read_bytes()
    headless.write_bytes(whole[: whole.index(b"moov")])  # cut off before the index, which comes last
    not_a_video = "FILE is not a video that can be read: use MP4, WebM, MOV, AVI or MKV"
    assert refusal(missing) == "FILE does not exist: check the name"
    assert refusal(empty) == "FILE is empty (0 bytes): record or download it again"
    assert refusal(tmp_path) == "FILE is a folder: name a video or an image file"
    assert refusal(text) == not_a_video
    assert refusal(headless) == not_a_video


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), dtype=np.int16), layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    assert refusal(path) == "FILE has no video stream: it holds sound or data only"


def test_a_playlist_cannot_reach_other_files(tmp_path: Path) -> None:
    inner = tmp_path / "secret.mp4"
    inner.write_bytes(FILM.read_bytes())
    playlist = tmp_path / "innocent.mp4"
    for content in (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\n{inner}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile {inner.name}\n",
    ):
        playlist.write_text(content, encoding="utf-8")
        assert "is not a video that can be read" in refusal(playlist)


def test_of_a_part_come_the_frames_between_its_seconds(write_video: WriteVideo) -> None:
    path = write_video([np.full((32, 32, 3), 4 * index, dtype=np.uint8) for index in range(60)], fps=30)
    with Video(path, start=0.5, end=1.5) as part:
        assert part.expected_frames == 30
        frames = list(part)
    assert len(frames) == 30
    assert [frame.milliseconds for frame in frames[:2]] == [0.0, pytest.approx(33.3, abs=0.1)]
    assert abs(int(frames[0].rgb.mean()) - 4 * 15) <= 2
    assert abs(int(frames[-1].rgb.mean()) - 4 * 44) <= 2
    with Video(path, start=1.9) as rest:
        assert len(list(rest)) == 3


def test_a_part_beyond_the_end_is_told_with_the_length(write_video: WriteVideo) -> None:
    path = write_video([quartered()] * 30, fps=30)
    with Video(path, start=4, end=5) as part, pytest.raises(CheremeError) as refused:
        list(part)
    assert str(refused.value) == f"{path} has no frame from second 4 to 5: its last is at 0.97; correct start and end"


def test_pictures_of_an_unknown_kind_are_told(write_video: WriteVideo) -> None:
    path = write_video([quartered()] * 2)
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz9"))
    assert refusal(path) == "FILE holds pictures of a kind that is not known here: convert it to MP4 (H.264)"
