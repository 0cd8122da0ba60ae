"""Whoever stops a training stops its workers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

FOLDS = """
import os, signal, sys, time
from pathlib import Path
import joblib
from chereme.training.workers import ended_together

def fold(place):
    (Path(sys.argv[1]) / str(os.getpid())).touch()
    time.sleep(600)

signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background is deaf to it
with ended_together():
    joblib.Parallel(n_jobs=2)(joblib.delayed(fold)(place) for place in range(2))
"""


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_workers_end_with_the_process_that_started_them(stop: signal.Signals, tmp_path: Path) -> None:
    with training(tmp_path) as parent:
        while len(workers := [int(each.name) for each in tmp_path.iterdir()]) < 2:
            assert parent.poll() is None
            time.sleep(0.05)
        parent.send_signal(stop)
        assert parent.wait(120) != 0
        until = time.monotonic() + 30
        while alive := [worker for worker in workers if is_alive(worker)]:
            assert time.monotonic() < until, f"{alive} train on for nobody"
            time.sleep(0.05)


@contextmanager
def training(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process with two workers, each of which leaves its number in the folder; afterwards nothing of it is left."""
    parent = subprocess.Popen([sys.executable, "-c", FOLDS, folder], stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield parent
    finally:
        with suppress(ProcessLookupError):
            os.killpg(parent.pid, signal.SIGKILL)
        parent.wait()


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
