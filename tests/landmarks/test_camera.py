import errno
import platform
import time
from pathlib import Path

import av
import pytest

from chereme.errors import CheremeError
from chereme.landmarks import camera
from chereme.landmarks.camera import Camera, Playback
from tests.landmarks.conftest import WriteVideo, corners, quartered


def refusal(device: int | str) -> CheremeError:
    with pytest.raises(CheremeError) as refused:
        Camera(device)
    assert "\n" not in str(refused.value)
    return refused.value


@pytest.fixture
def _on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")


@pytest.mark.usefixtures("_on_linux")
def test_no_camera() -> None:
    refused = refusal(97)
    assert refused.code == "no_camera"
    assert str(refused) == "there is no camera /dev/video97: plug one in, or choose another with --device"


@pytest.mark.usefixtures("_on_linux")
def test_something_that_is_no_camera(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert str(refusal(str(file))) == f"{file} is not a camera that can be read: choose another with --device"


@pytest.mark.usefixtures("_on_linux")
@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (errno.EBUSY, "camera_busy", "is in use by another program"),
        (errno.EACCES, "camera_denied", "no permission to use"),
    ],
)
def test_a_busy_or_forbidden_camera(monkeypatch: pytest.MonkeyPatch, number: int, code: str, words: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "as the system says it")

    monkeypatch.setattr(av, "open", fail)
    refused = refusal(0)
    assert refused.code == code
    assert words in str(refused)


def test_windows_wants_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    assert "give its name as Windows shows it" in str(refusal(0))


def test_frames_come_with_times_that_advance(monkeypatch: pytest.MonkeyPatch) -> None:
    # ffmpeg's test picture, played at its own speed, stands for the device.
    monkeypatch.setattr(camera, "_source", lambda _: ("lavfi", "testsrc=size=64x48:rate=50,realtime"))
    with Camera() as source:
        frames = [frame for frame, _ in zip(source, range(4), strict=False)]
    moments = [frame.milliseconds for frame in frames]
    assert [frame.rgb.shape for frame in frames] == [(48, 64, 3)] * 4
    assert moments[0] == 0
    assert moments == sorted(moments)
    assert moments[-1] > 20


def test_a_camera_is_described_by_what_its_maker_calls_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(camera, "_source", lambda _: ("lavfi", "testsrc"))
    monkeypatch.setattr(camera, "MAKERS", tmp_path)
    with Camera() as source:
        assert source.description == "testsrc"
        (tmp_path / "testsrc").mkdir()
        (tmp_path / "testsrc" / "name").write_text("HD Webcam C270\n")
        assert source.description == "testsrc (HD Webcam C270)"


def test_a_film_in_place_of_the_camera_runs_at_its_own_pace_and_again(tmp_path: Path, write_video: WriteVideo) -> None:
    film = write_video([quartered(), 255 - quartered()], fps=25)
    playback = Playback(film)
    before = time.monotonic()
    frames = [frame for frame, _ in zip(playback, range(5), strict=False)]
    assert time.monotonic() - before >= 0.16
    playback.close()
    assert [frame.milliseconds for frame in frames] == pytest.approx([0, 40, 80, 120, 160])
    assert [corners(frame.rgb)[0] for frame in frames[::2]] == ["r", "r", "r"]
    assert playback.description == "the film clip.mp4"


def test_a_film_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(CheremeError) as refused:
        Playback(tmp_path / "absent.mp4")
    assert refused.value.code == "not_found"
