"""What is planted in a clean set is found, named and graded; what is natural is left in peace."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.datasets.audit import Finding, audit
from chereme.datasets.split_file import write_split
from chereme.datasets.splits import Split, kfold, leave_one_out, stratify
from chereme.landmarks import BODY, HANDS, LandmarkSequence, Layout

Clip = tuple[Sample, LandmarkSequence]
Change = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def sign(seed: int, frames: int = 24) -> NDArray[np.float32]:
    """One right hand that moves and changes its shape as no other does, float32 [frames, 42, 3]."""
    random = np.random.default_rng(seed)
    time = np.linspace(0.0, 1.0, frames)[:, None, None]
    shape, change = random.normal(0, 0.05, (2, 21, 3)) * [1, 1, 0]  # a flat hand has no side
    path = random.uniform(-0.25, 0.25, (2, 1, 3)) * [1, 1, 0.1]
    points = np.full((frames, 42, 3), np.nan, dtype=np.float32)
    points[:, HANDS.slices["right_hand"]] = 0.5 + shape + change * time + path[0] * time + path[1] * np.cos(4 * time)
    return points


def signs(people: Sequence[str] = ("ann", "ben", "eve"), takes: int = 4) -> list[Clip]:
    return [
        (
            Sample(f"{who}-{gloss}-{take}", gloss, who, f"{who} {take}"),
            LandmarkSequence(sign(1000 * place + 10 * number + take), HANDS, 15.0, 4 / 3),
        )
        for place, who in enumerate(people)
        for number, gloss in enumerate(("hello", "please"))
        for take in range(takes)
    ]


def dataset_of(folder: Path, clips: Sequence[Clip], layout: Layout = HANDS) -> SignDataset:
    return SignDataset.create(
        folder / "toy", name="toy", sign_language="ase", groups=layout.groups, license="CC0-1.0", source="this test"
    ).append(clips)


def found(dataset: SignDataset, check: str, split: str | None = None) -> list[Finding]:
    return [finding for finding in audit(dataset, split) if finding.check == check]


def grave(dataset: SignDataset, split: str | None = None) -> list[str]:
    return [finding.check for finding in audit(dataset, split) if finding.severity in ("leak", "fault")]


def test_a_clean_set_has_nothing_to_say(tmp_path: Path) -> None:
    assert audit(dataset_of(tmp_path, signs())) == ()


def turned(points: NDArray[np.float32], degrees: float = 9.0) -> NDArray[np.float32]:
    angle = np.radians(degrees)
    x, y = (points[..., 0] - 0.5) * 4 / 3, points[..., 1] - 0.5
    changed = points.copy()
    changed[..., 0] = (np.cos(angle) * x - np.sin(angle) * y) * 3 / 4 + 0.5
    changed[..., 1] = np.sin(angle) * x + np.cos(angle) * y + 0.5
    return changed


def slower(points: NDArray[np.float32]) -> NDArray[np.float32]:
    wanted = np.linspace(0, len(points) - 1, 34)
    low = np.floor(wanted).astype(int).clip(max=len(points) - 2)
    share = (wanted - low)[:, None, None].astype(np.float32)
    return np.asarray(points[low] * (1 - share) + points[low + 1] * share)


def trembling(points: NDArray[np.float32]) -> NDArray[np.float32]:
    return points + np.random.default_rng(0).normal(0, 0.0005, points.shape).astype(np.float32)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (trembling, "near-copies"),
        (lambda points: points + np.float32(0.07), "near-copies"),
        (lambda points: points[4:-4], "near-copies"),
        (
            lambda points: points[:, HANDS.mirror_order] * np.array([-1, 1, 1], np.float32) + (1, 0, 0),
            "augmented-copies",
        ),
        (turned, "augmented-copies"),
        (lambda points: (points - 0.5) * np.float32(1.2) + np.float32(0.5), "augmented-copies"),
        (slower, "augmented-copies"),
        (lambda points: turned(slower(points[2:-2])) + np.float32(0.03), "augmented-copies"),
    ],
    ids=["re-encoded", "shifted", "trimmed", "mirrored", "turned", "scaled", "slower", "all at once"],
)
def test_a_changed_copy_on_the_other_side_is_a_leak(tmp_path: Path, change: Change, check: str) -> None:
    clips = signs()
    parent, sequence = clips[3]
    child = replace(parent, id="child", signer="eve", session="eve 9")
    points = np.asarray(change(sequence.points), dtype=np.float32)
    dataset = dataset_of(tmp_path, [*clips, (child, replace(sequence, points=points))])

    leaks = [finding for finding in audit(dataset) if finding.severity == "leak"]

    assert [finding.check for finding in leaks] == [check]
    assert leaks[0].split == "crossval --by signer"
    assert leaks[0].groups == ((parent.id, "child"),)
    assert leaks[0].evidence[0]["residual"] < 0.04


def test_a_copy_on_the_same_side_is_only_noted(tmp_path: Path) -> None:
    clips = signs()
    parent, sequence = clips[3]
    child = (replace(parent, id="child"), replace(sequence, points=trembling(sequence.points)))
    assert [finding.check for finding in audit(dataset_of(tmp_path, [*clips, child]))] == ["alike"]


def test_a_byte_identical_clip_under_two_labels_is_a_fault(tmp_path: Path) -> None:
    clips = signs()
    twin = replace(clips[0][0], id="twin", gloss="please")
    (finding,) = audit(dataset_of(tmp_path, [*clips, (twin, clips[0][1])]))
    assert (finding.check, finding.severity) == ("copies-under-two-labels", "fault")
    assert finding.groups == (("ann-hello-0", "twin"),)
    assert "hello, please" in finding.message


def test_an_exact_copy_leaks_across_sides_and_else_is_warned_of(tmp_path: Path) -> None:
    clips = signs()
    twin = replace(clips[0][0], id="twin")
    (tmp_path / "same").mkdir()
    same = dataset_of(tmp_path / "same", [*clips, (twin, clips[0][1])])
    assert [(each.check, each.severity) for each in audit(same)] == [("exact-copies", "warning")]
    other = dataset_of(tmp_path, [*clips, (replace(twin, signer="eve", session="eve 9"), clips[0][1])])
    assert grave(other) == ["exact-copies"]


def test_a_signer_on_both_sides_is_a_leak(tmp_path: Path) -> None:
    clips = [
        (replace(sample, split="test" if sample.session == "ann 0" else "train"), clip) for sample, clip in signs()
    ]
    dataset = dataset_of(tmp_path, clips)
    assert grave(dataset) == ["signer-on-both-sides"]
    assert found(dataset, "signer-on-both-sides")[0].groups == (("ann",),)


def test_the_signers_of_a_split_by_session_are_only_noted(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, signs())
    write_split(dataset, "sessions", kfold(dataset, "session", 3))
    write_split(dataset, "people", leave_one_out(dataset, "signer"))
    assert grave(dataset) == []
    assert [each.severity for each in found(dataset, "signer-on-both-sides", "sessions")] == ["note"]
    assert found(dataset, "signer-on-both-sides", "people") == []


def burst(folder: Path) -> SignDataset:
    """Stills as a webcam gives them: 20 of each letter and sitting, the hand trembling, one signer."""
    random = np.random.default_rng(0)
    clips = []
    for letter in "abc":
        for sitting in ("morning", "noon", "evening"):
            hand = random.normal(0, 0.05, (1, 21, 3)) * [1, 1, 0] + 0.5
            for still in range(20):
                points = np.full((1, 42, 3), np.nan, dtype=np.float32)
                points[:, HANDS.slices["right_hand"]] = hand + random.normal(0, 0.0006, hand.shape) + still * 0.001
                sample = Sample(f"{letter}-{sitting}-{still}", letter, "ann", sitting)
                clips.append((sample, LandmarkSequence(points, HANDS, None, 4 / 3)))
    return dataset_of(folder, clips)


def test_a_random_split_of_consecutive_stills_exits_3_and_the_grouped_one_0(tmp_path: Path) -> None:
    folder = str(burst(tmp_path).path)

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["data", *words], env={"COLUMNS": "200"}, catch_exceptions=False)
        return result.exit_code, result.output

    code, said = run("split", folder, "dealt", "--kind", "stratified", "--shares", "70/15/15")
    assert code == 0
    assert "of 180 clips are all but copies of one in another part" in " ".join(said.split())
    assert run("split", folder, "sittings", "--kind", "leave-one-out", "--by", "session")[0] == 0

    code, said = run("audit", folder, "--split", "dealt", "--json")
    assert code == 3
    content = json.loads(said)
    assert not content["ok"]
    leaks = {finding["check"] for finding in content["findings"] if finding["severity"] == "leak"}
    assert {"near-copies", "session-on-both-sides"} <= leaks
    assert run("audit", folder, "--split", "sittings")[0] == 0
    assert run("audit", folder)[0] == 3, "without a name every split is checked"


def test_stratified_stills_are_alike_in_every_burst(tmp_path: Path) -> None:
    dataset = burst(tmp_path)
    (alike,) = found(dataset, "alike")
    assert sorted(map(len, alike.groups)) == [20] * 9


def test_clips_without_hands_and_frozen_ones_are_named(tmp_path: Path) -> None:
    clips = signs()
    nothing = LandmarkSequence(np.full((5, 42, 3), np.nan, dtype=np.float32), HANDS)
    still = LandmarkSequence(np.repeat(sign(99)[:1], 5, axis=0), HANDS, 15.0, 4 / 3)
    more = [
        (Sample("gone", "hello", "ann", "ann 0"), nothing),
        (Sample("rest", "-", "ann", "ann 0"), nothing),
        (Sample("hung", "hello", "ann", "ann 0"), still),
    ]
    dataset = dataset_of(tmp_path, [*clips, *more])
    assert found(dataset, "empty")[0].groups == (("gone",),)
    assert found(dataset, "frozen")[0].groups == (("hung",),)
    assert grave(dataset) == []


def test_hands_at_each_others_wrist_are_named(tmp_path: Path) -> None:
    def person(left: float, right: float, seed: int) -> LandmarkSequence:
        points = np.random.default_rng(seed).normal(0, 0.02, (6, len(BODY), 3)).astype(np.float32)
        points[:, BODY.slices["left_hand"], 0] += left
        points[:, BODY.slices["right_hand"], 0] += right
        points[:, BODY.names.index("left_wrist"), 0] += 0.8
        points[:, BODY.names.index("right_wrist"), 0] += 0.2
        return LandmarkSequence(points, BODY, 15.0, 1.0)

    clips = [
        (Sample("right", "a"), person(0.8, 0.2, 1)),
        (Sample("wrong", "a"), person(0.2, 0.8, 2)),
        (Sample("crossed", "b"), person(0.5, 0.5, 3)),
    ]
    (finding,) = found(dataset_of(tmp_path, clips, BODY), "swapped-hands")
    assert finding.groups == (("wrong",),)


@pytest.mark.parametrize("mirrored", [False, True])
def test_bent_fingers_tell_a_left_hand_from_a_right_one(tmp_path: Path, mirrored: bool) -> None:
    """A right hand with its back to the camera: index left of the little finger, tips bent away."""
    hand = np.zeros((21, 3), dtype=np.float32)
    for finger, x in enumerate((-0.06, -0.04, -0.01, 0.02, 0.04)):
        for joint in range(4):
            hand[1 + 4 * finger + joint] = (x, -0.08 - 0.01 * joint, 0.03 * joint)
    points = np.full((8, 42, 3), np.nan, dtype=np.float32)
    clips = []
    for number in range(6):
        points[:, HANDS.slices["right_hand"]] = (hand * ((-1, 1, 1) if mirrored else (1, 1, 1))) + 0.5 + number / 100
        clips.append((Sample(str(number), "a"), LandmarkSequence(points.copy(), HANDS, 15.0, 1.0)))
    assert len(found(dataset_of(tmp_path, clips), "hands-by-shape")) == int(mirrored)


def test_spellings_of_one_word_are_found_and_others_left_alone(tmp_path: Path) -> None:
    glosses = ["thank-you", "thankyou", "Please", "please", "hello", "helllo!", "hlelo", "no", "now", "sign1", "sign2"]
    clips = [(Sample(gloss, gloss), LandmarkSequence(sign(n), HANDS)) for n, gloss in enumerate(glosses)]
    dataset = dataset_of(tmp_path, clips)
    assert found(dataset, "one-word-twice")[0].groups == (("Please", "please"), ("thank-you", "thankyou"))
    assert found(dataset, "one-letter-apart")[0].groups == (("helllo!", "hello"), ("hello", "hlelo"))


def test_a_split_that_crosses_nothing_is_silent_about_single_clips(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, signs())
    write_split(dataset, "dealt", stratify(dataset, (80, 20)))
    assert set(grave(dataset)) == {"signer-on-both-sides", "session-on-both-sides"}
    some = Split("official", None, None, {"train": ("ann-hello-0",), "test": ("ben-hello-0",)})
    write_split(dataset, "two", some)
    assert grave(dataset, "two") == []
