"""Keep MediaPipe's start-up chatter off a person's terminal.

Its C++ part writes warnings that nobody can act on straight to file descriptor 2, past Python and its own settings.
"""

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CHATTER = re.compile(
    rb"(WARNING: All log messages before absl|[IW]\d{4} \d\d:\d\d:\d\d|[IW]0000 00:00:|INFO: Created TensorFlow)"
)

_one_at_a_time = threading.RLock()


@contextmanager
def quiet() -> Iterator[None]:
    """Within, drop the lines that CHATTER matches from standard error; every other line still comes, at the end."""
    with _one_at_a_time, tempfile.TemporaryFile() as written:
        sys.stderr.flush()
        terminal = os.dup(2)
        os.dup2(written.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(terminal, 2)
            written.seek(0)
            kept = [line for line in written if not CHATTER.match(line)]
            while kept:
                os.write(terminal, kept.pop(0))
            os.close(terminal)
