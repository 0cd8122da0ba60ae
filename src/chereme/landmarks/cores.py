"""Make MediaPipe start no more threads than one core can use.

It has no setting for that: a graph starts one thread for each core that it sees when it is made.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_one_at_a_time = threading.RLock()


@contextmanager
def one_core_seen() -> Iterator[None]:
    """Within, one core is seen. Afterwards every thread may run on any core again, those started within too.

    Does nothing where the system cannot say which cores a process may use (macOS).
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    with _one_at_a_time:
        allowed = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(allowed)})
        try:
            yield
        finally:
            for thread in Path("/proc/self/task").iterdir():
                with suppress(ProcessLookupError):  # it may just have ended
                    os.sched_setaffinity(int(thread.name), allowed)
