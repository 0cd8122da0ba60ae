"""Work on many things at once, ended in good order when a person presses Ctrl-C."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")


@contextmanager
def side_by_side(
    work: Callable[[Thing], Result], things: Iterable[Thing], jobs: int, stop: threading.Event
) -> Iterator[Iterator[tuple[Thing, Result]]]:
    """Each thing with its result, in the order in which they get done.

    Threads are enough: waiting for servers, decoding and encoding all let the others run. When the block is left, what
    has not begun is dropped and `stop` is set for what has.
    """
    pool = ThreadPoolExecutor(jobs)
    try:
        asked = {pool.submit(work, thing): thing for thing in things}
        yield ((asked[future], future.result()) for future in as_completed(asked))
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)
