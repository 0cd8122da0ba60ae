"""MultiRocketHydra: Dempster, Schmidt and Webb, "Hydra" (2023), with Tan et al., "MultiRocket" (2022), from aeon.

aeon wants an older numpy than Chereme, so it works in an environment of its own, which `AEON_PYTHON` points to: see the
README. Series of 30 frames: the hands in their own frame, and where the wrists are. Features are random, only a ridge
regression is fitted.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.hand_rows import hand_rows
from benchmarks.peers.lesson import Lesson
from chereme.errors import CheremeError
from chereme.landmarks import LandmarkSequence

FRAMES = 30
WORKER = Path(__file__).with_name("aeon_worker.py")


class MultiRocketHydra:
    """A process that has learnt, and answers until this object is gone."""

    def __init__(self, lesson: Lesson) -> None:
        python = os.environ.get("AEON_PYTHON")
        if not python:
            raise CheremeError(
                "set AEON_PYTHON to the python of an environment with aeon: see benchmarks/peers/README.md"
            )
        self.glosses = len(lesson.glosses)
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [python, WORKER, self.folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"),
        )
        answer = self._ask(series=_series(lesson.clips), labels=lesson.labels, seed=np.array(lesson.seed))
        self.weights = int(answer["weights"])

    def __call__(self, clips: Sequence[LandmarkSequence]) -> NDArray[np.floating]:
        """One for the gloss chosen: a ridge regression ranks no others."""
        chosen = np.array(self._ask(series=_series(clips))["labels"], dtype=np.int64)
        return np.eye(self.glosses)[chosen]

    def __del__(self) -> None:
        if hasattr(self, "process"):
            self.process.terminate()
            self.process.wait()
            self.folder.cleanup()

    def _ask(self, **arrays: NDArray[Any]) -> dict[str, Any]:
        np.savez(Path(self.folder.name) / "question.npz", allow_pickle=False, **arrays)
        assert self.process.stdin
        assert self.process.stdout
        print("asked", file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise CheremeError("aeon stopped: what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer


def fit(lesson: Lesson) -> MultiRocketHydra:
    return MultiRocketHydra(lesson)


def _series(clips: Sequence[LandmarkSequence]) -> NDArray[np.float32]:
    """[clips, channels, frames]"""
    return np.stack([hand_rows(clip, FRAMES).T for clip in clips])
