"""Each worker has a core of its own as long as there are cores."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux gives a process a core")

WORKER = """
import os
from chereme.datasets.extraction.core import keep_to_a_core
claim = keep_to_a_core()
print(claim is not None, *sorted(os.sched_getaffinity(0)), flush=True)
input()
"""


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
    assert all(len(on) == 1 for on in own)
    assert len(set().union(*own)) == len(own), "two have the same core"
    assert [on for claimed, on in workers if not claimed] == [cores] * (len(workers) - len(own))
    assert len(own) <= len(cores)


def test_the_core_of_a_worker_that_died_is_free_again() -> None:
    with worker() as (claimed, first):
        if not claimed:
            pytest.skip("other extractions have all cores")
    with worker() as (claimed, second):
        assert (claimed, second) == (True, first)
