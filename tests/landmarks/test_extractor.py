import subprocess
import sys

import numpy as np
import pytest

from chereme.errors import CheremeError
from chereme.landmarks import BODY, HOLISTIC, Layout, extractor
from chereme.landmarks.extractor import STILL_FPS, STILL_FRAMES, Extractor, extract_media
from chereme.landmarks.frames import Frame
from tests.landmarks.conftest import FILM, PERSON, WriteVideo


def test_a_film_gives_each_frame_its_points() -> None:
    done: list[tuple[int, int | None]] = []
    sequence = extract_media(FILM, HOLISTIC, on_progress=lambda *state: done.append(state))
    assert sequence.points.shape == (58, 543, 3)
    assert sequence.points.dtype == np.float32
    assert sequence.aspect == pytest.approx(540 / 720)
    assert sequence.fps == pytest.approx(30, abs=0.2)
    assert sequence.present("pose").all()
    assert sequence.present("face").all()
    assert not sequence.present("left_hand").any()
    assert 0.3 < sequence.present("right_hand").mean() < 0.5
    nose, face = sequence.group("pose")[:, 0, :2], sequence.group("face")[..., :2]
    assert ((nose > face.min(axis=1)) & (nose < face.max(axis=1))).all()
    assert done == [(index, 58) for index in range(1, 59)]


def test_the_same_clip_gives_the_same_bytes(film: list[Frame]) -> None:
    with Extractor() as fresh:
        first = fresh.extract(film[:20])
    with Extractor() as used:
        used.extract(film[30:40])
        again = used.extract(film[:20])
    assert first.points.tobytes() == again.points.tobytes()


def test_without_the_face_no_face_point_is_given(film: list[Frame]) -> None:
    with Extractor(BODY) as body, Extractor(HOLISTIC) as holistic:
        small, large = body.extract(film[:3]), holistic.extract(film[:3])
    assert small.points.shape == (3, 75, 3)
    np.testing.assert_array_equal(small.points, large.select(BODY).points)


def test_frame_by_frame_is_the_same_as_the_whole_clip(film: list[Frame]) -> None:
    with Extractor() as live, Extractor() as whole:
        one_by_one = np.stack([live.detect(frame) for frame in film[:8]])
        np.testing.assert_array_equal(one_by_one, whole.extract(film[:8]).points)


def test_times_that_stand_still_or_run_back_are_borne(film: list[Frame]) -> None:
    with Extractor() as live:
        for milliseconds in (500.0, 500.0, 20.0, 20.4):
            assert not np.isnan(live.detect(Frame(film[0].rgb, milliseconds))[BODY.slices["pose"]]).any()


def test_another_picture_size_begins_anew(film: list[Frame]) -> None:
    small = Frame(np.ascontiguousarray(film[0].rgb[::2, ::2]), 99.0)
    with Extractor() as used, Extractor() as fresh:
        used.detect(film[0])
        np.testing.assert_array_equal(used.detect(small), fresh.detect(small))


def test_a_still_is_what_a_clip_holding_it_gives(person: Frame, write_video: WriteVideo) -> None:
    still = extract_media(PERSON)
    assert still.points.shape == (1, 75, 3)
    assert still.fps is None
    assert still.aspect == 1
    assert still.present("left_hand").all()
    assert still.present("right_hand").all()
    with Extractor() as used:
        held = used.extract(Frame(person.rgb, index * 1000 / STILL_FPS) for index in range(STILL_FRAMES))
    np.testing.assert_array_equal(still.points[0], held.points[-1])
    clip = extract_media(write_video([person.rgb] * 6, options={"crf": "10"}))
    for group, tolerance in (("right_hand", 5), ("pose", 5)):
        where = BODY.slices[group]
        difference = np.abs(still.points[0, where, :2] - clip.points[-1, where, :2]) * 640
        assert np.median(difference) < tolerance


def test_an_empty_picture_is_nan_and_not_zero() -> None:
    with Extractor(HOLISTIC) as used:
        assert np.isnan(used.detect(Frame(np.full((120, 160, 3), 90, dtype=np.uint8)))).all()


def test_no_frame_at_all_is_an_error() -> None:
    with Extractor(Layout(("pose",))) as used, pytest.raises(CheremeError, match="no frame to extract"):
        used.extract([])


def test_15_and_30_frames_a_second_give_the_same_velocity(person: Frame, write_video: WriteVideo) -> None:
    """A camera that turns evenly: everything moves 160 pixels a second to the right."""
    wide = np.pad(person.rgb, ((0, 0), (160, 160), (0, 0)), mode="edge")
    pixels_a_second = 160

    def velocity(fps: int) -> float:
        offsets = [round(160 - index * pixels_a_second / fps) for index in range(fps)]
        moving = [np.ascontiguousarray(wide[:, offset : offset + 640]) for offset in offsets]
        clip = extract_media(write_video(moving, f"{fps}.mp4", fps=fps))
        assert clip.fps == pytest.approx(fps, rel=1e-3)
        settled = clip.milliseconds >= 300
        x = clip.group("right_hand")[settled, :, 0] * 640
        return float(np.median(np.polyfit(clip.milliseconds[settled] / 1000, x, 1)[0]))

    slow, fast = velocity(15), velocity(30)
    assert slow == pytest.approx(fast, rel=0.02)
    assert fast == pytest.approx(pixels_a_second, rel=0.05)


def test_uneven_times_are_kept(film: list[Frame]) -> None:
    with Extractor(Layout(("pose",))) as used:
        uneven = used.extract(Frame(film[0].rgb, time) for time in (0.0, 33.0, 120.0, 133.0))
        even = used.extract(Frame(film[0].rgb, time) for time in (0.0, 33.0, 67.0, 100.0))
    assert uneven.times is not None
    np.testing.assert_array_equal(uneven.milliseconds, [0, 33, 120, 133])
    assert even.times is None
    assert even.fps == pytest.approx(30)


def test_a_missing_system_library_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: bytes) -> None:
        raise OSError("libGLESv2.so.2: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(extractor, "_holistic_landmarker", fail)
    with pytest.raises(CheremeError) as missing:
        Extractor()
    assert str(missing.value) == (
        "the system library libGLESv2.so.2 is missing: install it, on Debian and Ubuntu with "
        "`apt-get install libgl1 libegl1 libgles2 libglib2.0-0`"
    )


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)


def test_importing_landmarks_loads_no_mediapipe() -> None:
    code = "import sys, chereme.landmarks.extractor; print([m for m in ('mediapipe', 'av', 'PIL') if m in sys.modules])"
    assert run(code).stdout.strip() == "[]"


def test_mediapipe_is_quiet_and_other_words_on_stderr_still_come() -> None:
    code = (
        "import os, numpy as np\n"
        "from chereme.landmarks.extractor import Extractor\n"
        "from chereme.landmarks.frames import Frame\n"
        "from chereme.landmarks.quiet import quiet\n"
        "from chereme.landmarks.image import read_image\n"
        "from pathlib import Path\n"
        f"p = read_image(Path({str(PERSON)!r}))\n"
        "with Extractor() as e: e.extract_still(p)\n"
        "with quiet(): os.write(2, b'I0000 00:00:1.1 chatter\\nsomething of weight\\n')\n"
    )
    assert run(code).stderr == "something of weight\n"
