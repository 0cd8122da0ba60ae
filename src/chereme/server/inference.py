"""Inference for all sessions of one bundle: whatever is due is answered together."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Clip = NDArray[np.float32]
"""float32 [frames, points, 3], as the recogniser takes it."""


class Client(Protocol):
    """A session as the batcher sees it; both calls come from the event loop, strictly in turns."""

    def due(self) -> Clip | None: ...

    def answer(self, probabilities: NDArray[np.float32] | None) -> None: ...


class Batcher:
    """Answers the due clips of many sessions in as few runs of the model as possible.

    A session says that it has news; only when the model is free it is asked for its clip, so the clip is the newest and
    one session never waits twice. With little to do a clip runs at once; with much to do batches grow by themselves,
    without a timer that would delay the lonely one.

    run: prepared clips, of one length or several, → probabilities float32 [clips, glosses]; called in `executor`.
    max_batch: the largest number of clips that run together, which bounds how long the next session waits.
    """

    def __init__(
        self, run: Callable[[Sequence[Clip]], NDArray[np.float32]], executor: Executor, *, max_batch: int
    ) -> None:
        self._run, self._executor, self._max_batch = run, executor, max_batch
        self._waiting: dict[Client, None] = {}
        self._scheduled = False

    def news(self, client: Client) -> None:
        """The session has seen something: ask it for a clip as soon as the model is free. Cheap, and may repeat."""
        self._waiting[client] = None
        self._schedule()

    def forget(self, client: Client) -> None:
        """The session has ended."""
        self._waiting.pop(client, None)

    def _schedule(self) -> None:
        if not self._scheduled and self._waiting:
            self._scheduled = True
            # At the end of this turn of the loop, so that frames which came together run together.
            asyncio.get_running_loop().call_soon(self._start)

    def _start(self) -> None:
        batch: list[tuple[Client, Clip]] = []
        for client in list(self._waiting):
            if len(batch) == self._max_batch:
                break
            del self._waiting[client]
            clip = client.due()
            if clip is not None:
                batch.append((client, clip))
        if not batch:
            self._scheduled = False
            return
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._executor, self._run, [clip for _, clip in batch])
        running.add_done_callback(lambda done: self._finish(batch, done))

    def _finish(self, batch: list[tuple[Client, Clip]], done: "asyncio.Future[NDArray[np.float32]]") -> None:
        self._scheduled = False
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            log.error("inference failed: %s", error)
        for index, (client, _) in enumerate(batch):
            client.answer(None if error is not None else done.result()[index])
        self._schedule()
