"""A process that dies or hangs on a file costs that file and nothing else."""

import os
import shutil
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from chereme.datasets.extraction import How, Result, supervised
from chereme.datasets.extraction.messages import Refusal, Task
from chereme.datasets.manifest import Recording
from chereme.errors import CheremeError
from chereme.landmarks import BODY
from tests.datasets.extraction.conftest import Extract, digests, workers_of

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that is never there")


@pytest.fixture
def hanging(films: Path, tmp_path: Path) -> Path:
    """The films of one gloss, and between them one that nobody ever writes."""
    source = tmp_path / "films"
    shutil.copytree(films / "hello", source / "hello")
    os.mkfifo(source / "hello/1-hangs.mp4")
    return source


def test_a_process_that_dies_costs_its_file_alone(hanging: Path, extract_into: Extract) -> None:
    """Killed as often as it takes up that file, as one that a damaged film brings down."""
    done = threading.Event()

    def kill_who_reads_the_pipe() -> None:
        while not done.wait(0.05):
            with suppress(OSError):  # nobody reads it
                pipe = os.open(hanging / "hello/1-hangs.mp4", os.O_WRONLY | os.O_NONBLOCK)
                for worker in workers_of():
                    worker.send_signal(signal.SIGSEGV)
                os.close(pipe)

    killer = threading.Thread(target=kill_who_reads_the_pipe)
    killer.start()
    try:
        result = extract_into(hanging)
    finally:
        done.set()
        killer.join()
    assert [sample.id for sample in result.dataset.samples] == ["hello/1.mp4", "hello/2.mp4"]
    (failure,) = result.failed
    assert (failure.id, failure.code) == ("hello/1-hangs.mp4", "worker_died")
    assert failure.reason.endswith("ended the process that read it (signal SIGSEGV): it is damaged, or memory ran out")


def test_a_file_that_hangs_costs_itself_alone(
    hanging: Path, extract_into: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised, "PATIENCE_S", 4.0)
    result = extract_into(hanging)
    assert [sample.id for sample in result.dataset.samples] == ["hello/1.mp4", "hello/2.mp4"]
    assert [(each.id, each.code) for each in result.failed] == [("hello/1-hangs.mp4", "hangs")]


def test_where_no_process_starts_the_run_ends_and_says_why(
    films: Path, extract_into: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(CheremeError, match="a process for extraction does not start"):
        extract_into(films)


def test_an_idle_process_that_has_gone_home_is_replaced(films: Path) -> None:
    task = Task(Recording("one", films / "hello/2.mp4", "hello"), BODY.groups, How())
    try:
        first = supervised.extract_in_own_process(task)
        (worker,) = workers_of()
        worker.terminate()
        worker.wait()
        again = supervised.extract_in_own_process(task)
    finally:
        supervised.end_workers()
    assert not isinstance(first, Refusal)
    assert not isinstance(again, Refusal)
    assert first.sequence.points.tobytes() == again.sequence.points.tobytes()
    assert not workers_of()


def test_a_process_gives_way_to_another_after_its_turns_and_the_clips_are_the_same(
    films: Path, unbroken: Result, extract_into: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised, "TURNS", 2)
    seen: list[int] = []
    result = extract_into(films, on_progress=lambda *_: seen.extend(each.pid for each in workers_of()))
    assert len(set(seen)) == 2
    assert digests(result.dataset.path) == digests(unbroken.dataset.path)
