"""Processes that train at the same time: quiet, and they do not outlive the one that started them."""

import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ended_together() -> Iterator[None]:
    """Around `joblib.Parallel`, which ends its workers when it is interrupted, as by Ctrl-C: so it is by SIGTERM too.

    By itself SIGTERM ends this process alone, and the workers go on for nobody until their task is done.

    joblib puts a fresh worker in the place of one whose memory has grown, as it does in training, and would warn of it.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
        if threading.current_thread() is not threading.main_thread():  # no other may listen to signals
            yield
            return
        before = signal.signal(signal.SIGTERM, _leave)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)


def _leave(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
