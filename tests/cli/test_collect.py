"""`chereme collect` as it is used: in a terminal, with a film in place of the camera."""

import fcntl
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.datasets.collecting.register import read_register
from chereme.datasets.manifest import from_class_folders, read_manifest
from chereme.landmarks import BODY, LandmarkSequence
from chereme.landmarks.image import read_image
from chereme.landmarks.video import Video

FILM = Path(__file__).parents[2] / "tests/data/films/slp-pose-test.mp4"
FPS = 29.9

SECONDS = 240


class Terminal:
    """The command in a pseudo-terminal of its own: what it shows can be waited for, and keys can be pressed."""

    def __init__(self, *arguments: str | Path) -> None:
        self._hand, self._screen = pty.openpty()
        self.before = termios.tcgetattr(self._screen)
        self._text = ""
        self._read = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chereme", "collect", *map(str, arguments)],
            stdin=self._screen,
            stdout=self._screen,
            stderr=self._screen,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C is a signal
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "30"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._hand)
        os.close(self._screen)

    def press(self, keys: str) -> None:
        os.write(self._hand, keys.encode())

    def until(self, words: str) -> str:
        """Waits for the words, after those that were waited for before; returns all that came until then."""
        end = time.monotonic() + SECONDS
        while (found := self.shown.find(words, self._read)) < 0:
            assert time.monotonic() < end, f"waited for “{words}” in vain:\n{self.shown[-2000:]}"
            assert self._more() or self.process.poll() is None, f"ended without “{words}”:\n{self.shown[-2000:]}"
        since, self._read = self._read, found + len(words)
        return self.shown[since : self._read]

    def exit_code(self) -> int:
        end = time.monotonic() + SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it does not end:\n{self.shown[-2000:]}"
            self._more()
        while self._more():
            pass
        return self.process.returncode

    @property
    def shown(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._text)

    @property
    def settings(self) -> list[Any]:
        return termios.tcgetattr(self._screen)

    def _more(self) -> bool:
        if not select.select([self._hand], [], [], 0.1)[0]:
            return False
        self._text += os.read(self._hand, 65536).decode(errors="replace")
        return True


def wishes(folder: Path, kind: str, glosses: str, *more: str) -> list[str]:
    film = ["--film", str(FILM), "--no-preview", "--countdown", "1"]
    return [kind, str(folder), "--glosses", glosses, "--signer", "ann", "--session", "s1", *film, *more]


def small(rgb: NDArray[np.uint8]) -> NDArray[np.int_]:
    """Enough of a picture to tell frames apart."""
    return rgb[::12, ::12].astype(int)


@pytest.fixture(scope="module")
def film() -> list[NDArray[np.int_]]:
    with Video(FILM) as video:
        return [small(frame.rgb) for frame in video]


@pytest.fixture
def begin() -> Iterator[Callable[..., Terminal]]:
    """Starts the command and agrees."""
    started: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        started.append(terminal := Terminal(*arguments).__enter__())
        terminal.until("Do you agree?")
        terminal.press("y\n")
        terminal.until("press S to start")
        return terminal

    yield start
    for terminal in started:
        terminal.__exit__(None)


def test_stills_wait_for_s_and_are_written_as_asked(
    begin: Callable[..., Terminal], film: list[NDArray[np.int_]], tmp_path: Path
) -> None:
    out = tmp_path / "letters"
    terminal = begin(*wishes(out, "stills", "A,B/C", "--per-gloss", "3", "--handedness", "left", "--notes", "lamp"))
    time.sleep(0.5)
    assert len(SignDataset.open(out)) == 0
    terminal.press("s")
    terminal.until("get ready: 1")
    terminal.until("press S to start")
    time.sleep(0.5)
    assert {sample.gloss for sample in SignDataset.open(out).samples} == {"A"}
    terminal.press("s")
    terminal.until("all is recorded")
    terminal.press("q")
    assert terminal.exit_code() == 0
    assert terminal.settings == terminal.before

    dataset = SignDataset.open(out)
    assert [sample.gloss for sample in dataset.samples] == ["A"] * 3 + ["B/C"] * 3
    assert {(sample.signer, sample.session, sample.frames) for sample in dataset.samples} == {("ann", "s1", 1)}
    assert all(clip.present("pose").all() for clip in dataset)
    pictures = read_manifest(out / "manifest.csv")
    assert [(each.id, each.gloss) for each in pictures] == [(each.id, each.gloss) for each in dataset.samples]
    assert [each.gloss for each in from_class_folders(out / "pictures")] == ["A"] * 3 + ["B%2FC"] * 3
    for each in pictures:  # pictures are what the camera saw, not mirrored
        seen = small(read_image(each.path).rgb)
        assert min(np.abs(seen - frame).mean() for frame in film) < 2
        assert min(np.abs(seen - frame[:, ::-1]).mean() for frame in film) > 5
    (sitting,) = read_register(out).sittings
    assert (sitting.handedness, sitting.notes, sitting.device) == ("left", "lamp", "the film slp-pose-test.mp4")
    assert sitting.ended is not None


def test_sequences_are_consecutive_frames_and_a_retake_replaces_the_last(
    begin: Callable[..., Terminal], film: list[NDArray[np.int_]], tmp_path: Path
) -> None:
    out = tmp_path / "signs"
    terminal = begin(*wishes(out, "sequences", "hello", "--per-gloss", "2", "--frames", "6", "--keep-video"))
    terminal.press("s")
    terminal.until("all is recorded")
    before = SignDataset.open(out)
    replaced = [np.array(clip.points) for clip in before]
    terminal.press("r")
    terminal.until("recording")
    terminal.until("all is recorded")
    terminal.press("q")
    assert terminal.exit_code() == 0

    dataset = SignDataset.open(out)
    assert [sample.id for sample in dataset.samples] == ["ann-s1-0001", "ann-s1-0002"]
    assert [sample.frames for sample in dataset.samples] == [6, 6]
    assert [sample.fps for sample in dataset.samples] == pytest.approx([FPS, FPS], rel=0.01)
    assert np.array_equal(dataset[0].points, replaced[0], equal_nan=True)
    assert not np.array_equal(dataset[1].points, replaced[1], equal_nan=True)
    for sample in dataset.samples:
        assert sample.source is not None
        with Video(out / sample.source) as video:
            places = [int(np.argmin([np.abs(small(frame.rgb) - each).mean() for each in film])) for frame in video]
        assert places == [(places[0] + step) % len(film) for step in range(6)]


def test_ctrl_c_loses_nothing_and_the_next_run_goes_on(begin: Callable[..., Terminal], tmp_path: Path) -> None:
    out = tmp_path / "signs"
    asked = wishes(out, "sequences", "hello,thanks", "--per-gloss", "2", "--frames", "4")
    terminal = begin(*asked)
    terminal.press("s")
    terminal.until("kept ann-s1-0001")
    terminal.press("\x03")
    assert terminal.exit_code() == 130
    assert "the same command goes on from there" in terminal.shown
    assert "Traceback" not in terminal.shown
    assert terminal.settings == terminal.before
    kept = SignDataset.open(out)
    assert len(kept) >= 1
    first = np.array(kept[0].points)

    with Terminal(*asked) as again:
        again.until("press S to start")
        assert "Do you agree?" not in again.shown
        again.press("s")
        again.until("thanks")
        again.press("s")
        again.until("all is recorded")
        again.press("q")
        assert again.exit_code() == 0
    dataset = SignDataset.open(out)
    assert [sample.gloss for sample in dataset.samples] == ["hello"] * 2 + ["thanks"] * 2
    assert np.array_equal(dataset[0].points, first, equal_nan=True)
    assert not (out / "films").exists()
    assert len(read_register(out).consents) == 1


def test_a_polite_kill_gives_the_terminal_back_and_another_run_waits_its_turn(
    begin: Callable[..., Terminal], tmp_path: Path
) -> None:
    asked = wishes(tmp_path / "signs", "sequences", "hello")
    terminal = begin(*asked)
    with Terminal(*asked) as second:
        second.until("another chereme collect is at work in")
        assert second.exit_code() == 1
    terminal.process.terminate()
    assert terminal.exit_code() == 143
    assert terminal.settings == terminal.before
    assert read_register(tmp_path / "signs").sittings[0].ended is not None


def test_a_killed_run_leaves_a_dataset_that_opens(begin: Callable[..., Terminal], tmp_path: Path) -> None:
    out = tmp_path / "letters"
    terminal = begin(*wishes(out, "stills", "A", "--per-gloss", "1000"))
    terminal.press("s")
    terminal.until("kept ")
    terminal.process.kill()
    terminal.process.wait()
    dataset = SignDataset.open(out)
    assert len(dataset) >= 1
    assert all((out / str(sample.source)).is_file() for sample in dataset.samples)


def test_without_consent_nothing_is_written(tmp_path: Path) -> None:
    with Terminal(*wishes(tmp_path / "signs", "sequences", "hello")) as terminal:
        terminal.until("Do you agree?")
        terminal.press("\n")
        assert terminal.exit_code() == 1
        assert "there is no consent: nothing was recorded" in terminal.shown
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with Terminal(
        "stills", tmp_path / "x", "--glosses", "A", "--signer", "a", "--session", "b", "--film", "no.mp4"
    ) as t:
        t.until("Do you agree?")
        t.press("y\n")
        assert t.exit_code() == 1
        assert "chereme: no.mp4 does not exist: check the name" in t.shown
    assert not (tmp_path / "x").exists()


def chereme(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chereme", "collect", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "200", "TERM": "dumb"}
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, env=environment, check=False
    )


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path) -> None:
    done = chereme(*wishes(tmp_path / "signs", "sequences", "hello"))
    assert done.returncode == 1
    assert "standard input is no terminal: start it in a terminal" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stills", "x", "--glosses", "A", "--session", "s"], "Missing option '--signer'"),
        (["sequences", "x", "--glosses", "A", "--signer", "s"], "Missing option '--session'"),
        (["stills", "x", "--signer", "a", "--session", "s"], "give the signs to record, with --glosses or"),
        (["sequences", "x", "--glosses", "A", "--signer", "a", "--session", "s", "--frames", "1"], "--frames"),
    ],
)
def test_wrong_use_says_what_is_missing(arguments: list[str], words: str) -> None:
    done = chereme(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_withdrawing_asks_first_and_says_what_it_removed(tmp_path: Path) -> None:
    out = tmp_path / "signs"
    dataset = SignDataset.create(out, name="d", sign_language="ase", groups=BODY.groups, license="x", source="y")
    clip = LandmarkSequence(np.zeros((2, len(BODY), 3), dtype=np.float32), BODY, 30.0, 1.0)
    dataset.append([(Sample("1", "hello", "ann"), clip), (Sample("2", "hello", "ben"), clip)])
    asked = ["collect", "withdraw", str(out), "--signer", "ann"]
    refused = CliRunner().invoke(app, asked, input="n\n")
    assert (refused.exit_code, len(SignDataset.open(out))) == (1, 2)
    done = CliRunner().invoke(app, [*asked, "--yes"])
    assert (done.exit_code, done.output) == (0, "removed 1 clip of ann and 0 files\n")
    assert [sample.signer for sample in SignDataset.open(out).samples] == ["ben"]
