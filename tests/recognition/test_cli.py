"""`chereme predict` and `chereme translate` in a process of their own: answers, one-line errors and exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from chereme.bundles.read import open_bundle
from chereme.bundles.shipped import shipped_bundles
from chereme.cli import recognise
from chereme.cli.main import app
from chereme.landmarks import extractor as extractor_module
from chereme.landmarks.frames import Frame
from chereme.landmarks.layout import HANDS, Layout

Clip = Callable[..., NDArray[np.float32]]

NUMBERS = Path(__file__).parents[1] / "data" / "numbers"


def chereme(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from chereme.cli.main import run; run()", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)


def write_video(path: Path, frames: int, fps: int = 15) -> Path:
    """A grey video with nobody in it."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for _ in range(frames):
            picture = av.VideoFrame.from_ndarray(np.full((120, 160, 3), 128, dtype=np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


@pytest.fixture
def signing(monkeypatch: pytest.MonkeyPatch, clip: Clip) -> None:
    """Frames of any video are read as: up, hands away, near, hands away."""
    points = np.concatenate([clip("up"), clip(None), clip("near"), clip(None)])

    class Scripted:
        def __init__(self, layout: Layout) -> None:
            assert layout == HANDS
            self.number = 0

        def __enter__(self) -> "Scripted":
            return self

        def __exit__(self, *_: object) -> None: ...

        def detect(self, frame: Frame) -> NDArray[np.float32]:
            found: NDArray[np.float32] = points[self.number].copy()
            self.number += 1
            return found

    monkeypatch.setattr(extractor_module, "Extractor", Scripted)


@pytest.mark.usefixtures("signing")
def test_translate_prints_words_as_they_come_and_the_sentence(toy_bundle: Path, tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", 80)
    result = CliRunner().invoke(app, ["translate", str(video), "-b", str(toy_bundle), "-l", "vi"])
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines() if line.strip()]
    assert [lines[0][2], lines[1][2], lines[2]] == ["Lên", "near", ["Lên", "near"]]


@pytest.mark.usefixtures("signing")
def test_translate_gives_json_lines(toy_bundle: Path, tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", 80)
    result = CliRunner().invoke(app, ["translate", str(video), "-b", str(toy_bundle), "--json"])
    messages = [json.loads(line) for line in result.output.splitlines()]
    assert [message["type"] for message in messages] == ["word", "sentence"] * 2
    assert messages[-1]["text"] == "Up near"


@pytest.mark.usefixtures("signing")
def test_a_sign_that_ends_with_the_video_counts(toy_bundle: Path, tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", 11)
    result = CliRunner().invoke(app, ["translate", str(video), "-b", str(toy_bundle)])
    assert result.output.splitlines()[-1] == "Up"


def test_a_camera_is_read_until_ctrl_c(
    signing: None, toy_bundle: Path, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Webcam:
        def __enter__(self) -> Iterator[Frame]:
            return self.frames()

        def __exit__(self, *_: object) -> None: ...

        def frames(self) -> Iterator[Frame]:
            for number in range(18):
                yield Frame(np.zeros((120, 160, 3), dtype=np.uint8), number * 1000 / 15)
            raise KeyboardInterrupt

    monkeypatch.setattr(recognise, "_camera", lambda device: Webcam())
    result = CliRunner().invoke(app, ["translate", "--camera", "-b", str(toy_bundle)])
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "Up")


def test_predict_ranks_a_video(toy_bundle: Path, clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chereme.landmarks.sequence import LandmarkSequence

    monkeypatch.setattr(
        extractor_module, "extract_media", lambda path, layout, on_progress: LandmarkSequence(clip("near"), HANDS, 15.0)
    )
    arguments = ["predict", "a.mp4", "b.mp4", "-b", str(toy_bundle), "--top", "2"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == "a.mp4"
    assert result.output.splitlines()[1].split() == ["1.", "100.0%", "near"]
    answers = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).output)["answers"]
    assert [answer["media"] for answer in answers] == ["a.mp4", "b.mp4"]
    assert [len(answer["top"]) for answer in answers] == [2, 2]


@pytest.mark.skipif("numbers" not in shipped_bundles(), reason="the bundle has not been trained yet")
def test_the_shipped_numbers_are_read_from_photographs() -> None:
    photographs = sorted(NUMBERS.glob("*.jpg"))
    result = CliRunner().invoke(app, ["predict", *map(str, photographs), "--bundle", "numbers", "--json"])
    assert result.exit_code == 0, result.output
    best = [answer["top"][0]["gloss"] for answer in json.loads(result.stdout)["answers"]]
    assert best == [photograph.stem for photograph in photographs] == list("0123456789")


def test_every_failure_is_one_line_and_exit_code_one(toy_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("hello")
    nobody = write_video(tmp_path / "nobody.mp4", 6)
    (tmp_path / "cut.mp4").write_bytes(nobody.read_bytes()[:200])
    files = ["empty.mp4", "text.mp4", "cut.mp4", "nobody.mp4", "absent.mp4"]
    result = chereme("predict", *(tmp_path / file for file in files), "-b", toy_bundle)
    assert result.returncode == 1
    lines = [line for line in result.stderr.splitlines() if line.startswith("chereme: ")]
    assert len(lines) == len(files)
    for file, line in zip(files, lines, strict=True):
        assert file in line
    assert f"no hands were seen in {nobody}" in lines[3]
    assert "Traceback" not in result.stderr


def test_translate_says_when_nobody_is_seen(toy_bundle: Path, tmp_path: Path) -> None:
    video = write_video(tmp_path / "nobody.mp4", 6)
    result = chereme("translate", video, "-b", toy_bundle)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == f"chereme: no hands were seen in {video}"


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["predict", "x.mp4", "-b", "no-such-bundle"], 1, "there is no bundle 'no-such-bundle'"),
        (["predict", "x.mp4"], 2, "--bundle"),
        (["translate"], 2, "give a video, or --camera"),
        (["bundle", "verify", "no-such-bundle"], 1, "there is no bundle"),
    ],
)
def test_wrong_use_and_unknown_bundles(arguments: list[str], code: int, reason: str) -> None:
    result = chereme(*arguments)
    assert (result.returncode, reason in result.stderr) == (code, True), result.stderr


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    code = "import sys, chereme.cli.main; print([m for m in ('torch', 'onnxruntime', 'mediapipe') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_recognition_runs_without_torch(toy_bundle: Path) -> None:
    assert open_bundle(toy_bundle)
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from chereme.bundles.verify import verify_bundle; from chereme.recognition.live import LiveSession\n"
        "from chereme.recognition.recognizer import Recognizer; from pathlib import Path\n"
        f"LiveSession(Recognizer(verify_bundle(Path({str(toy_bundle)!r}))))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
