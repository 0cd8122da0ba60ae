"""Keys end the program when asked to, even where Python swallows the first word of it."""

import os
import pty
import signal
import sys
from collections.abc import Iterator

import pytest

from chereme.datasets.collecting.keys import Keys


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other side of a pseudo-terminal that stands for standard input."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        yield ours
    os.close(ours)


def test_keys_come_in_order_and_small(terminal: int) -> None:
    with Keys() as keys:
        assert keys.pressed() == ""
        os.write(terminal, b"sRq")
        assert keys.pressed() == "srq"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("number", "ending"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)], ids=["ctrl-c", "kill"]
)
def test_an_ending_that_was_swallowed_comes_again(
    terminal: int, number: signal.Signals, ending: type[BaseException]
) -> None:
    class Swallows:
        def __del__(self) -> None:
            signal.raise_signal(number)

    before = signal.getsignal(number)
    with Keys() as keys:
        swallows = Swallows()
        del swallows
        with pytest.raises(ending):
            keys.pressed()
    assert signal.getsignal(number) == before
