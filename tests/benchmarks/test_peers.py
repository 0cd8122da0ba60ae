"""Every peer learns a toy set and answers; what it said is kept and counted from the file."""

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import PEERS, changed, fit_of
from benchmarks.peers.__main__ import main
from benchmarks.peers.cells import Cell, Outcome, play
from benchmarks.peers.lesson import Fit, Lesson
from benchmarks.peers.scores import means, score, table
from benchmarks.peers.sets import CONTESTS, Contest, training_part
from chereme.datasets import Sample, SignDataset
from chereme.errors import CheremeError
from chereme.landmarks import BODY, LandmarkSequence

TOYS = Contest("toys", "signer")
LEARNING = [peer for peer in PEERS if peer != "multirocket_hydra"]
"""The other one needs an environment of its own."""


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> SignDataset:
    """Three signers who raise the right hand or spread its fingers; lengths differ and a left hand is seldom seen."""
    random = np.random.default_rng(0)
    body, hand = random.random((33, 3)), random.normal(size=(21, 3)) * 0.05
    clips = []
    for signer in ("ann", "bob", "eve"):
        for gloss in ("high", "wide"):
            for take in range(6):
                frames = int(random.integers(5, 12))
                points = np.full((frames, len(BODY), 3), np.nan, dtype=np.float32)
                points[:, BODY.slices["pose"]] = body
                place = (0.3, 0.2, 0) if gloss == "high" else (0.3, 0.7, 0)
                points[:, BODY.slices["right_hand"]] = hand * (3 if gloss == "wide" else 1) + place
                points[: take % 2, BODY.slices["left_hand"]] = hand
                points += random.normal(size=points.shape).astype(np.float32) * 0.003
                clips.append((Sample(f"{signer} {gloss} {take}", gloss, signer), LandmarkSequence(points, BODY)))
    return SignDataset.create(
        tmp_path_factory.mktemp("toys") / "toys",
        name="toys", sign_language="ase", groups=BODY.groups, license="CC0-1.0", source="this test",
    ).append(clips)  # fmt: skip


@pytest.mark.parametrize("peer", LEARNING)
def test_a_peer_learns_and_answers_the_same_of_a_clip_alone_and_among_others(toys: SignDataset, peer: str) -> None:
    lesson = Lesson(toys, toys.glosses, shown=64, seed=0)
    recogniser = fit_of(peer)(lesson)
    scores = recogniser(lesson.clips)
    assert scores.shape == (len(toys), 2)
    assert np.isfinite(scores).all()
    assert recogniser.weights > 1
    assert np.allclose(recogniser(lesson.clips[3:4]), scores[3:4], atol=1e-4)


@pytest.mark.parametrize("peer", ["random_forest", "tutorial_lstm"])
def test_the_same_seed_gives_the_same_recogniser(toys: SignDataset, peer: str) -> None:
    lesson = Lesson(toys, toys.glosses, shown=64, seed=3)
    first, second = (fit_of(peer)(lesson)(lesson.clips) for _ in range(2))
    assert np.array_equal(first, second)


def test_without_its_environment_multirocket_says_what_to_do(
    toys: SignDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AEON_PYTHON", raising=False)
    with pytest.raises(CheremeError, match="set AEON_PYTHON"):
        fit_of("multirocket_hydra")(Lesson(toys, toys.glosses, shown=64, seed=0))


def test_little_data_is_so_many_clips_of_each_gloss_and_signer(toys: SignDataset) -> None:
    fold = TOYS.folds(toys)[0]
    few = training_part(toys, fold, 2, seed=0)
    pairs = list(zip(few.column("gloss"), few.column("signer"), strict=True))
    assert {pairs.count(pair) for pair in pairs} == {2}
    assert fold.held_out[0] not in few.column("signer")
    assert len(training_part(toys, fold, None, seed=0)) == len(fold.train)


def test_what_was_said_is_kept_and_the_table_is_counted_from_it(toys: SignDataset, tmp_path: Path) -> None:
    outcomes: dict[Cell, Outcome] = {}
    for place, fold in enumerate(TOYS.folds(toys)):
        cell = Cell("toys", "random_forest", place, seed=0, shown=64, fewest=None)
        play(cell, toys, fold).write(cell.file(tmp_path))
        outcomes[cell] = Outcome.read(cell.file(tmp_path))
        assert set(toys.column("signer")[outcomes[cell].index]) == set(fold.held_out)
    found = score(TOYS, toys, outcomes)
    assert found.clips == len(toys)
    assert found.top1 == np.mean([each.scores.argmax(axis=1) == each.labels for each in outcomes.values()])
    assert found.low <= found.top1 <= found.high
    assert found.worst_group in {"ann", "bob", "eve"}
    assert found.mirrored <= found.top1
    assert f"| toys | all | random_forest | {found.top1:.3f} (" in table([found])
    assert f"| all | random_forest | {found.top1:.3f} |" in means([found])


def test_a_run_goes_on_where_it_was_and_draws_the_same_table(
    toys: SignDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(CONTESTS, "toys", TOYS)
    arguments = [str(toys.path.parent), "--sets", "toys", "--peers", "random_forest", "--results", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["peers", *arguments, "--clips", "2"])
    main()
    drawn = capsys.readouterr().out
    assert "2 a gloss and signer | random_forest" in drawn
    monkeypatch.setattr("benchmarks.peers.cells.fit_of", _no_training)
    main()
    assert capsys.readouterr().out == drawn


def test_changed_clips_are_kept_and_counted_from_what_is_kept(
    toys: SignDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The forest has only seen right hands, on the right: mirror images cost it most."""
    monkeypatch.setitem(CONTESTS, "toys", TOYS)
    arguments = [str(toys.path.parent), "--sets", "toys", "--peer", "random_forest", "--results", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["changed", *arguments, "--draw"])
    with pytest.raises(SystemExit, match="no complete seed of random_forest to draw: run without --draw"):
        changed.main()
    monkeypatch.setattr(sys, "argv", ["changed", *arguments])
    changed.main()
    drawn = capsys.readouterr().out
    lost = {row.split("|")[1].strip(): float(row.split("|")[2]) for row in drawn.splitlines()[2:]}
    assert lost["mirrored"] == max(lost.values()) >= 25.0
    assert lost["30 % smaller"] < lost["mirrored"]
    monkeypatch.setattr("benchmarks.peers.cells.fit_of", _no_training)
    changed.main()
    assert capsys.readouterr().out == drawn


def test_points_lost_are_the_mean_over_seeds_of_all_folds() -> None:
    yes, no = np.array([True, True]), np.array([True, False])
    seeds = [
        [{"unchanged": yes, "mirrored": no}, {"unchanged": yes, "mirrored": yes}],
        [{"unchanged": no, "mirrored": yes}, {"unchanged": yes, "mirrored": yes}],
    ]
    assert changed.points_lost(seeds) == {"mirrored": 0.0}
    assert changed.points_lost(seeds[:1]) == {"mirrored": 25.0}


def _no_training(peer: str) -> Fit:
    raise AssertionError(f"{peer} would be trained again")
