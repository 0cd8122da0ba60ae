"""Each worker has a core of its own as long as there are cores."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux gives a process a core")

WORKER = f"""
import os
from chereme.datasets.extraction import core
core.CLAIM = "\\0a-test-of-{os.getpid()}-core-{{core}}"
claim = core.keep_to_a_core()
print(claim is not None, *sorted(os.sched_getaffinity(0)), flush=True)
input()
"""
"""Claims names of its own: other tests extract at the same time."""


@contextmanager
def worker() -> Iterator[tuple[bool, set[int]]]:
    """Whether a process that lives until the end of the block has got a core, and on which it may run."""
    with subprocess.Popen([sys.executable, "-c", WORKER], stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout
        claimed, *cores = process.stdout.readline().split()
        try:
            yield claimed == "True", {int(core) for core in cores}
        finally:
            process.kill()


def test_no_two_workers_share_a_core_and_the_next_ones_keep_to_none() -> None:
    cores = os.sched_getaffinity(0)
    with ExitStack() as alive:
        workers = [alive.enter_context(worker()) for _ in range(len(cores) + 1)]
    own = [on for claimed, on in workers if claimed]
    assert len(own) == len(cores)
    assert all(len(on) == 1 for on in own)
    assert set().union(*own) == cores, "two have the same core"
    assert [on for claimed, on in workers if not claimed] == [cores]


def test_the_core_of_a_worker_that_died_is_free_again() -> None:
    with worker() as (claimed, first):
        assert claimed
    with worker() as (claimed, second):
        assert (claimed, second) == (True, first)
