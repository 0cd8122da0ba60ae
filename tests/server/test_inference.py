"""Clips of many sessions run together, each session gets its own answer, and the newest clip counts."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from chereme.server.inference import Batcher, Clip


class Session:
    """Offers its newest clip once, and keeps what it was answered."""

    def __init__(self) -> None:
        self.newest: Clip | None = None
        self.answers: list[float | None] = []

    def see(self, value: float, frames: int = 4) -> None:
        self.newest = np.full((frames, 2, 3), value, dtype=np.float32)

    def due(self) -> Clip | None:
        clip, self.newest = self.newest, None
        return clip

    def answer(self, probabilities: NDArray[np.float32] | None) -> None:
        self.answers.append(None if probabilities is None else float(probabilities[0]))


class Model:
    """Answers with the first number of each clip; can be held up, and can fail."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.free = threading.Event()
        self.free.set()
        self.fails = False

    def run(self, clips: Sequence[Clip]) -> NDArray[np.float32]:
        assert self.free.wait(5)
        self.batches.append(len(clips))
        if self.fails:
            raise RuntimeError("broken")
        return np.array([[clip[0, 0, 0]] for clip in clips], dtype=np.float32)


async def settled() -> None:
    await asyncio.sleep(0.05)


def test_what_comes_together_runs_together() -> None:
    async def scenario() -> None:
        model, sessions = Model(), [Session() for _ in range(5)]
        with ThreadPoolExecutor(1) as executor:
            batcher = Batcher(model.run, executor, max_batch=3)
            for index, session in enumerate(sessions):
                session.see(index, frames=4 + index % 2)
                batcher.news(session)
            await settled()
        assert model.batches == [3, 2]
        assert [session.answers for session in sessions] == [[0.0], [1.0], [2.0], [3.0], [4.0]]

    asyncio.run(scenario())


def test_a_busy_model_is_asked_for_the_newest_clip_only() -> None:
    async def scenario() -> None:
        model, first, second = Model(), Session(), Session()
        with ThreadPoolExecutor(1) as executor:
            batcher = Batcher(model.run, executor, max_batch=8)
            model.free.clear()
            first.see(1)
            batcher.news(first)
            await settled()
            for value in (2, 3, 4):  # while the model works
                first.see(value)
                second.see(10 * value)
                batcher.news(first)
                batcher.news(second)
            await settled()
            model.free.set()
            await settled()
        assert model.batches == [1, 2]
        assert (first.answers, second.answers) == ([1.0, 4.0], [40.0])

    asyncio.run(scenario())


def test_nothing_due_and_sessions_that_left_cost_nothing() -> None:
    async def scenario() -> None:
        model, quiet, gone = Model(), Session(), Session()
        with ThreadPoolExecutor(1) as executor:
            batcher = Batcher(model.run, executor, max_batch=8)
            gone.see(1)
            batcher.news(quiet)
            batcher.news(gone)
            batcher.forget(gone)
            batcher.forget(gone)
            await settled()
        assert model.batches == []
        assert gone.answers == []

    asyncio.run(scenario())


def test_a_model_that_fails_is_told_and_the_next_runs() -> None:
    async def scenario() -> None:
        model, session = Model(), Session()
        with ThreadPoolExecutor(1) as executor:
            batcher = Batcher(model.run, executor, max_batch=8)
            model.fails = True
            session.see(1)
            batcher.news(session)
            await settled()
            model.fails = False
            session.see(2)
            batcher.news(session)
            await settled()
        assert session.answers == [None, 2.0]

    asyncio.run(scenario())
