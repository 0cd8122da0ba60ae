"""The process that looks at one file after the other: `python -m chereme.datasets.extraction.worker DESCRIPTOR`.

It is started and watched by `supervised`. What it gets and gives are objects over a pipe between two processes of the
same program. It keeps one landmarker, which begins each clip afresh, so that a clip's points do not depend on what came
before.
"""

import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection

from chereme.datasets.extraction.clip import extract_clip
from chereme.datasets.extraction.core import keep_to_a_core
from chereme.datasets.extraction.messages import Alive, Answer, Refusal, Task, Unfit
from chereme.errors import CheremeError
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.layout import Layout

IDLE_S = 60.0
"""Without work for so long it ends, so that nothing stays behind on a cluster."""


def serve(pipe: "Connection[Answer | None, Task]") -> None:
    """Answer tasks until the other side hangs up or has none for IDLE_S."""
    extractor: Extractor | None = None
    while pipe.poll(IDLE_S):
        try:
            task = pipe.recv()
        except EOFError:
            break
        if extractor is None or extractor.layout.groups != task.groups:
            try:
                extractor = Extractor(Layout(task.groups))
            except CheremeError as error:
                pipe.send(Unfit(error.code, str(error)))
                break
        pipe.send(Alive)
        pipe.send(_answer(task, extractor, pipe))
    if extractor is not None:
        extractor.close()


def _answer(task: Task, extractor: Extractor, pipe: "Connection[Answer | None, Task]") -> Answer:
    try:
        return extract_clip(task.recording, task.how, extractor, lambda: pipe.send(Alive))
    except CheremeError as error:
        return Refusal(error.code, str(error))
    except BrokenPipeError:
        raise
    except Exception as error:  # whatever a stranger's file does to a decoder, it costs that file alone
        said = " ".join(str(error).split())[:200]
        return Refusal("unexpected", f"{task.recording.path} cannot be extracted: {type(error).__name__}: {said}")


def _end_with(parent: int) -> None:
    """End when the parent is gone, even in the middle of a file that hangs."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which hangs up
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    core = keep_to_a_core()
    serve(Connection(int(sys.argv[1])))
