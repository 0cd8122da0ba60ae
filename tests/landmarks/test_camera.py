import errno
import platform
from pathlib import Path

import av
import pytest

from chereme.errors import CheremeError
from chereme.landmarks import camera
from chereme.landmarks.camera import Camera


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
