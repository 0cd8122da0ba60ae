"""Search for a configuration: every corner of a grid, or where Optuna expects most.

The state of a search lives in a database, so that it goes on after a kill, and several machines can share one.
"""

import hashlib
import itertools
import json
import platform
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import optuna
from optuna.distributions import CategoricalDistribution
from optuna.trial import FrozenTrial, Trial, TrialState

from chereme.datasets.collecting.lock import alone_in
from chereme.errors import CheremeError, first_line
from chereme.training.space import Method, Space
from chereme.training.workers import ended_together

Score = Callable[[dict[str, Any]], dict[str, Any]]
"""Parameters → figures, of which `top1` is to be high. A `CheremeError` fails the trial and not the search."""


@dataclass(frozen=True)
class Tried:
    """One configuration: its figures, or why it has none."""

    number: int
    parameters: dict[str, Any]
    figures: dict[str, Any] | None
    error: str | None
    seconds: float
    machine: str


OUTCOME = ("figures", "error", "seconds", "machine")


@dataclass(frozen=True)
class Search:
    """What is searched for, and where the state is kept.

    folder: of this machine alone; two processes may not use it at once. storage: address of a database that machines
    share; None keeps `study.db` in the folder. what: all that a score depends on besides the parameters; searches join
    where it is the same. trials: of `optuna`; a grid has as many as it has corners.
    """

    folder: Path
    method: Method
    space: Space
    what: Mapping[str, Any]
    trials: int = 30
    seed: int = 0
    storage: str | None = None

    @property
    def size(self) -> int:
        return len(self._corners()) if self.method == "grid" else self.trials

    def run(
        self, score: Score, *, jobs: int = 1, finished: Callable[[Tried, int], None] | None = None
    ) -> tuple[Tried, ...]:
        """Try what is still to be tried, `jobs` at a time; returns all that was tried, by any machine.

        finished: called after each trial of this machine with it, and with how many are done by all.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with alone_in(self.folder, "tune"), ended_together():
            return self._run(score, jobs, finished)

    def _run(self, score: Score, jobs: int, finished: Callable[[Tried, int], None] | None) -> tuple[Tried, ...]:
        study = self._open()
        self._take_back(study)
        if self.method == "grid":
            for corner in self._corners():
                study.enqueue_trial(corner, skip_if_exists=True)
        asked: dict[int, Trial] = {}

        def ask() -> Iterator[Any]:
            while (trial := self._next(study)) is not None:
                asked[trial.number] = trial
                yield joblib.delayed(_scored)(score, trial.number, trial.params)

        try:
            parallel = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered", pre_dispatch=jobs)
            for tried in parallel(ask()):
                trial = asked[tried.number]
                trial.set_user_attr("outcome", {name: getattr(tried, name) for name in OUTCOME})
                if tried.figures:
                    study.tell(trial, tried.figures["top1"])
                else:
                    study.tell(trial, state=TrialState.FAIL)
                if finished:
                    finished(tried, len(_done(study)))
        finally:
            self._take_back(study)
        return _done(study)

    def _corners(self) -> list[dict[str, Any]]:
        choices = {
            name: values.choices for name, values in self.space.items() if isinstance(values, CategoricalDistribution)
        }
        return [dict(zip(choices, corner, strict=True)) for corner in itertools.product(*choices.values())]

    def _open(self) -> optuna.Study:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        digest = hashlib.sha256(json.dumps(self._all(), sort_keys=True).encode()).hexdigest()[:12]
        name = f"{self.what['dataset']} {self.what['model']} {digest}"
        try:
            storage = (
                optuna.storages.RDBStorage(self.storage)
                if self.storage
                else optuna.storages.RDBStorage(
                    "sqlite://", engine_kwargs={"creator": partial(_connect, self.folder / "study.db")}
                )
            )
        except Exception as error:  # whatever the driver of that database raises
            where = self.storage or self.folder
            raise CheremeError(f"{where} holds no search that can be opened: {first_line(error)}") from error
        others = [] if self.storage else [each for each in optuna.get_all_study_names(storage) if each != name]
        if others:
            raise CheremeError(
                f"{self.folder} holds a search of other data or with other options: give the same again, or choose a "
                "new folder"
            )
        sampler = optuna.samplers.TPESampler(seed=self.seed)
        return optuna.create_study(
            storage=storage, study_name=name, direction="maximize", sampler=sampler, load_if_exists=True
        )

    def _all(self) -> dict[str, Any]:
        space = {name: optuna.distributions.distribution_to_json(values) for name, values in self.space.items()}
        return {**self.what, "method": self.method, "space": space}

    def _next(self, study: optuna.Study) -> Trial | None:
        """A trial to score; None when all are done, or are in other hands."""
        if self.method == "grid" and not study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
            return None
        if self.method == "optuna" and len(_counted(study)) >= self.trials:
            return None
        trial = study.ask(dict(self.space))
        trial.set_user_attr("owner", self._owner)
        return trial

    @property
    def _owner(self) -> str:
        return f"{platform.node()}:{self.folder.resolve()}"

    def _take_back(self, study: optuna.Study) -> None:
        """Trials that were begun from this folder and never ended are to be tried again."""
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if self.storage is None or trial.user_attrs.get("owner") == self._owner:
                study.tell(trial.number, state=TrialState.FAIL)
                study.enqueue_trial(trial.params)


def best(tried: tuple[Tried, ...]) -> Tried:
    """The highest top-1; among equals the one whose worst group fares best, then the first."""
    scored = [each for each in tried if each.figures]
    if not scored:
        raise CheremeError(f"no configuration could be scored: {tried[0].error if tried else 'none was tried'}")
    return max(scored, key=lambda each: (*_merit(each), -each.number))


def _merit(tried: Tried) -> tuple[float, float]:
    figures = tried.figures or {}
    return float(figures["top1"]), float(figures.get("worst_group", {}).get("top1", 0.0))


def _scored(score: Score, number: int, parameters: dict[str, Any]) -> Tried:
    began, figures, wrong = time.monotonic(), None, None
    try:
        figures = score(parameters)
    except CheremeError as error:
        wrong = str(error)
    return Tried(number, parameters, figures, wrong, time.monotonic() - began, platform.node())


def _counted(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that are done or being done; one that was taken back has neither figures nor an error."""
    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    return [*running, *_ended(study)]


def _ended(study: optuna.Study) -> list[FrozenTrial]:
    ended = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.FAIL))
    return [trial for trial in ended if "outcome" in trial.user_attrs]


def _done(study: optuna.Study) -> tuple[Tried, ...]:
    return tuple(Tried(trial.number, trial.params, **trial.user_attrs["outcome"]) for trial in _ended(study))


def _connect(file: Path) -> sqlite3.Connection:
    """A kill loses nothing, a power cut at most the last trials; waiting for the disk takes longer than they do."""
    connection = sqlite3.connect(file, check_same_thread=False, timeout=60)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection
