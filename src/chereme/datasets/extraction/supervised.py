"""A process that may die or hang on a file, and what is made of that: the file is lost, the work goes on.

Decoders are large programs in C that are given files of strangers. None of them runs in a process that anything else
depends on.
"""

import signal
import subprocess
import sys
import tempfile
import threading
from multiprocessing import Pipe

from chereme.datasets.extraction.clip import Clip
from chereme.datasets.extraction.messages import Answer, Refusal, Task, Unfit
from chereme.errors import CheremeError

PATIENCE_S = 120.0
"""A process that finishes no frame for so long hangs: on a slow machine a frame takes a second."""

START_S = 300.0
"""As long it may take to start: many at once on a cold network disk are slow."""

TURNS = 200
"""Files that one process looks at before another takes its place: MediaPipe keeps a little memory of each clip."""

ATTEMPTS = 2
"""A process can also be ended by what the file has nothing to do with, such as memory that others took."""


def extract_in_own_process(task: Task) -> Clip | Refusal:
    """The task's clip, from a process of this thread's own that lives on for the next task.

    Raises CheremeError where no file can be looked at, because a process does not even start.
    """
    answer: Answer = Refusal("worker_died", f"{task.recording.path} was not read")
    for _ in range(ATTEMPTS):
        worker = _worker_of_this_thread()
        try:
            answer = worker.answer(task)
            break
        except _EndedError as ended:
            worker.close()
            answer = Refusal("worker_died", f"{task.recording.path} {ended}")
        except TimeoutError:
            worker.close()
            answer = Refusal("hangs", f"{task.recording.path} gave no frame for {PATIENCE_S:g} seconds: it is damaged")
            break
    if isinstance(answer, Unfit):
        raise CheremeError(answer.reason, code=answer.code)
    return answer


def end_workers() -> None:
    """End the processes that this process has started, whatever they do."""
    while _workers:
        _workers.pop().close()


class _EndedError(Exception):
    """The process is gone."""


class _Worker:
    def __init__(self) -> None:
        self._pipe, theirs = Pipe()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        self._ready = False
        self._answers = 0
        # Not multiprocessing.Process: a worker of a cluster is a daemon, and those may not have children of that kind.
        command = [sys.executable, "-P", "-m", "chereme.datasets.extraction.worker", str(theirs.fileno())]
        self._process = subprocess.Popen(  # noqa: S603  our own module
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._words,
            start_new_session=True,
        )
        theirs.close()

    @property
    def fit(self) -> bool:
        """Whether it may be given another file."""
        return self._answers < TURNS and self._process.poll() is None

    def answer(self, task: Task) -> Answer:
        try:
            self._pipe.send(task)
            while self._pipe.poll(PATIENCE_S if self._ready else START_S):
                said: Answer | None = self._pipe.recv()
                if said is not None:
                    self._answers += 1
                    return said
                self._ready = True
        except (EOFError, OSError) as error:
            raise self._ended() from error
        raise TimeoutError

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._pipe.close()
        self._words.close()
        _workers.discard(self)

    def _ended(self) -> Exception:
        code = self._process.wait()
        if not self._ready and code > 0:
            self._words.seek(0)
            said = self._words.read().decode(errors="replace").strip().splitlines() or [f"exit code {code}"]
            return CheremeError(f"a process for extraction does not start ({said[-1]})", code="worker_unfit")
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return _EndedError(f"ended the process that read it ({how}): it is damaged, or memory ran out")


_workers: set[_Worker] = set()
_of_thread = threading.local()


def _worker_of_this_thread() -> _Worker:
    worker: _Worker | None = getattr(_of_thread, "worker", None)
    if worker is not None and worker.fit:
        return worker
    if worker is not None:
        worker.close()
    _of_thread.worker = worker = _Worker()
    _workers.add(worker)
    return worker
