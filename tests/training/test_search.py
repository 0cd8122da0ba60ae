"""A search: every corner once, best first, and nothing lost when it is killed."""

import math
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.distributions import FloatDistribution

from chereme.errors import CheremeError
from chereme.training.search import Search, Tried, best
from chereme.training.space import SPACES, read_space

WHAT = {"dataset": "toys", "model": "lstm"}


def score(parameters: dict[str, Any]) -> dict[str, Any]:
    """Best in the middle of the range of learning rates, by powers of ten."""
    return {"top1": 1.0 - abs(math.log10(parameters["learning_rate"]) + 2.5)}


def explodes(parameters: dict[str, Any]) -> dict[str, Any]:
    if parameters["learning_rate"] > 1e-3:
        raise CheremeError("the loss is no longer a number: lower the learning rate")
    return {"top1": 0.5}


def test_the_grid_tries_its_eight_corners_once_and_keeps_them(tmp_path: Path) -> None:
    search = Search(tmp_path, "grid", SPACES["grid"], WHAT)
    told: list[int] = []
    tried = search.run(score, finished=lambda _, done: told.append(done))
    assert search.size == len({tuple(each.parameters.items()) for each in tried}) == len(tried) == 8
    assert told == list(range(1, 9))
    assert search.run(lambda _: pytest.fail("nothing was left to try")) == tried


def test_optuna_comes_near_the_best_and_goes_on_when_more_is_asked_for(tmp_path: Path) -> None:
    space = {"learning_rate": FloatDistribution(1e-5, 1.0, log=True)}
    assert len(Search(tmp_path, "optuna", space, WHAT, trials=5).run(score)) == 5
    tried = Search(tmp_path, "optuna", space, WHAT, trials=20).run(score)
    assert len(tried) == 20
    assert (best(tried).figures or {})["top1"] > 0.7


def test_the_same_seed_searches_the_same_way(tmp_path: Path) -> None:
    once, again = (
        Search(tmp_path / name, "optuna", SPACES["optuna"], WHAT, trials=4, seed=3).run(score) for name in "ab"
    )
    assert [each.parameters for each in once] == [each.parameters for each in again]


def test_processes_at_the_same_time_share_the_corners(tmp_path: Path) -> None:
    tried = Search(tmp_path, "grid", SPACES["grid"], WHAT).run(score, jobs=2)
    assert sorted(each.number for each in tried) == list(range(8))


def test_machines_that_share_a_database_share_the_work(tmp_path: Path) -> None:
    """Another machine holds a trial: it is not tried here, nor taken from it."""
    storage = f"sqlite:///{tmp_path}/shared.db"
    here, there = (Search(tmp_path / name, "grid", SPACES["grid"], WHAT, storage=storage) for name in ("a", "b"))
    seen: list[Tried] = []

    def both(parameters: dict[str, Any]) -> dict[str, Any]:
        if not seen:
            seen.append(Tried(-1, parameters, None, None, 0.0, ""))
            assert len(there.run(score)) == 7
        return score(parameters)

    assert len(here.run(both)) == 8


KILLED = """
import sys, time
from pathlib import Path
from chereme.training.search import Search
from chereme.training.space import SPACES

def slow(parameters):
    Path(sys.argv[1], f"began {time.monotonic_ns()}").touch()
    if len(list(Path(sys.argv[1]).glob("began *"))) == 3:
        time.sleep(100)
    return {"top1": 0.5}

Search(Path(sys.argv[1]), "grid", SPACES["grid"], {"dataset": "toys", "model": "lstm"}).run(slow)
"""


def test_a_search_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)]) as running:
        while len(list(tmp_path.glob("began *"))) < 3:
            assert running.poll() is None
            time.sleep(0.05)
        with pytest.raises(CheremeError, match="another chereme tune is at work"):
            Search(tmp_path, "grid", SPACES["grid"], WHAT).run(score)
        running.kill()
    tried = Search(tmp_path, "grid", SPACES["grid"], WHAT).run(score)
    assert len({tuple(each.parameters.items()) for each in tried}) == len(tried) == 8
    assert [each.figures for each in tried[:2]] == [{"top1": 0.5}] * 2


def test_a_trial_that_is_interrupted_is_tried_again(tmp_path: Path) -> None:
    def interrupted(parameters: dict[str, Any]) -> dict[str, Any]:
        raise KeyboardInterrupt

    search = Search(tmp_path, "grid", SPACES["grid"], WHAT)
    with pytest.raises(KeyboardInterrupt):
        search.run(interrupted)
    assert len(search.run(score)) == 8


def test_a_configuration_that_cannot_be_trained_fails_alone(tmp_path: Path) -> None:
    tried = Search(tmp_path, "grid", read_space("grid", ["learning_rate=1e-3,1e9"]), WHAT).run(explodes)
    assert [each.error for each in tried if each.figures is None] == [
        "the loss is no longer a number: lower the learning rate"
    ]
    assert best(tried).parameters == {"learning_rate": 1e-3}
    with pytest.raises(CheremeError, match="no configuration could be scored: the loss"):
        best(tuple(each for each in tried if each.error))


def test_among_equals_the_worst_group_decides() -> None:
    def tried(number: int, worst: float) -> Tried:
        return Tried(number, {}, {"top1": 0.9, "worst_group": {"top1": worst}}, None, 1.0, "here")

    assert best((tried(0, 0.5), tried(1, 0.7), tried(2, 0.7))).number == 1


def test_a_folder_of_another_search_is_refused(tmp_path: Path) -> None:
    Search(tmp_path, "grid", SPACES["grid"], WHAT).run(score)
    with pytest.raises(CheremeError, match="holds a search of other data"):
        Search(tmp_path, "grid", SPACES["grid"], {**WHAT, "model": "spoter"}).run(score)


def test_a_damaged_study_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "study.db").write_text("this is no database, and long enough to be taken for one")
    with pytest.raises(CheremeError, match=r"holds no search that can be opened: [^\n]+\Z"):
        Search(tmp_path, "grid", SPACES["grid"], WHAT).run(score)


def test_values_and_ranges_are_read() -> None:
    space = read_space("optuna", ["batch=16,32", "learning_rate=3e-4..1e-2", "steps=100..200"])
    assert space["batch"] == optuna.distributions.CategoricalDistribution((16, 32))
    assert space["learning_rate"] == FloatDistribution(3e-4, 1e-2, log=True)
    assert space["steps"] == optuna.distributions.IntDistribution(100, 200)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lerning_rate=1", r"lerning_rate cannot be varied \(did you mean learning_rate\?\)"),
        ("batch=many", "batch=many is neither a list of values nor a range"),
        ("batch=8..16", "is a range, and a grid needs values"),
    ],
)
def test_what_cannot_be_varied_is_said(text: str, said: str) -> None:
    with pytest.raises(CheremeError, match=said):
        read_space("grid", [text])
