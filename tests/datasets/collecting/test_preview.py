import os
import select
import shutil
import subprocess
import time

import numpy as np
import pytest

from chereme.datasets.collecting.preview import Window, mirror_picture
from chereme.datasets.collecting.scene import Scene
from chereme.landmarks import BODY
from chereme.landmarks.frames import Frame

NOBODY = np.full((len(BODY), 3), np.nan, dtype=np.float32)


def scene(gloss: str | None = "hello", *, recording: bool = False) -> Scene:
    return Scene(gloss, 3, 30, 3, 60, "press S to start", recording=recording)


def halves() -> Frame:
    rgb = np.zeros((240, 320, 3), dtype=np.uint8)
    rgb[:, :160] = (0, 0, 200)
    return Frame(rgb)


def test_the_signer_is_mirrored_and_the_frame_itself_is_not_touched() -> None:
    frame = halves()
    shown = mirror_picture(frame, NOBODY, BODY, scene())
    assert tuple(shown[200, 40]) == (0, 0, 0)
    assert tuple(shown[200, 280]) == (0, 0, 200)
    assert tuple(frame.rgb[200, 40]) == (0, 0, 200)


def test_landmarks_lie_on_the_mirrored_hand() -> None:
    points = NOBODY.copy()
    points[BODY.slices["right_hand"]] = (0.25, 0.8, 0.0)
    shown = mirror_picture(Frame(np.zeros((240, 320, 3), dtype=np.uint8)), points, BODY, scene())
    assert shown[192, 239].any()
    assert not shown[192, 80].any()


def test_the_prompt_is_written_and_recording_is_framed_in_red() -> None:
    frame = Frame(np.zeros((240, 320, 3), dtype=np.uint8))
    waiting = mirror_picture(frame, NOBODY, BODY, scene())
    assert waiting[:40, :160].any()
    assert not waiting[-1].any()
    recording = mirror_picture(frame, NOBODY, BODY, scene(recording=True))
    assert (recording[-1, 10:] == (214, 40, 40)).all()


def test_idle_and_the_end_have_prompts_of_their_own() -> None:
    assert scene("-").prompt == "rest, and sign nothing"
    assert scene(None).prompt == "thank you"


def test_without_a_display_there_is_no_window_and_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    window = Window()
    window._process.wait(30)
    for _ in range(3):
        assert window.show(np.zeros((24, 32, 3), dtype=np.uint8), "hello") == ""
    window.close()


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")
def test_pictures_are_shown_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with subprocess.Popen(["Xvfb", "-displayfd", str(write)], pass_fds=[write], stderr=subprocess.DEVNULL) as display:
        try:
            monkeypatch.setenv("DISPLAY", f":{os.read(read, 16).decode().strip()}")
            window = Window()
            answers = window._process.stdout
            assert answers is not None
            shown = 0
            end = time.monotonic() + 30
            while shown < 3 and time.monotonic() < end:
                assert window._process.poll() is None
                shown += bool(select.select([answers], [], [], 0.1)[0])
                window.show(np.zeros((240, 320, 3), dtype=np.uint8), "សួស្តី")
            window.close()
            assert shown == 3
        finally:
            display.terminate()
