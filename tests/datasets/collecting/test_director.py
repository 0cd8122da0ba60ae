"""The course of a sitting, with scripted keys, a scripted camera and no landmark model."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chereme.datasets import SignDataset
from chereme.datasets.collecting import director
from chereme.datasets.collecting.collection import Collection
from chereme.datasets.collecting.director import Director
from chereme.datasets.collecting.plan import Plan
from chereme.datasets.collecting.register import Consent, Sitting, now
from chereme.datasets.collecting.scene import Scene
from chereme.landmarks import BODY
from chereme.landmarks.frames import Frame

PICTURE = np.zeros((4, 6, 3), dtype=np.uint8)


class Live:
    """Frame n comes at n × 50 ms and is seen as a body at the place n / 1024."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    def newest(self) -> Frame:
        return Frame(PICTURE, next(self._numbers) * 50.0)

    def following(self, count: int) -> Iterator[Frame]:
        return (self.newest() for _ in range(count))


class Eyes:
    def detect(self, frame: Frame) -> NDArray[np.float32]:
        return np.full((len(BODY), 3), frame.milliseconds / 50 / 1024, dtype=np.float32)


class Script:
    """A stage on which each key is pressed when its state is shown; `q` when the script is over."""

    def __init__(self, *lines: tuple[str, str]) -> None:
        self._lines = list(lines)
        self.scenes: list[Scene] = []

    def show(self, scene: Scene, frame: Frame, points: NDArray[np.float32]) -> None:
        self.scenes.append(scene)

    def key(self) -> str:
        if self._lines and self.scenes[-1].state.startswith(self._lines[0][0]):
            return self._lines.pop(0)[1]
        return "" if self._lines or self.scenes[-1].recording else "q"


def direct(folder: Path, stage: Script, glosses: list[str], goal: int, frames: int) -> SignDataset:
    kind: Any = "stills" if frames == 1 else "sequences"
    collection = Collection(folder)
    sitting = Sitting(signer="ann", session="s1", kind=kind, device="d", keeps_media=False, began=now())
    consent = Consent(signer="ann", text="yes", agreed=now())
    collection.begin(sitting, consent, sign_language="ase", license="CC0")
    plan = Plan(glosses, goal, collection.counts("ann", "s1", kind))
    live: Any = Live()
    eyes: Any = Eyes()
    Director(plan, collection, live, eyes, stage, clip_frames=frames, countdown=0).run()
    collection.end()
    return SignDataset.open(folder)


WAITS, RECORDS, ENDS = "press S", "recording", "all is recorded"


def glosses(dataset: SignDataset) -> list[str]:
    return [sample.gloss for sample in dataset.samples]


def first_frames(dataset: SignDataset) -> list[int]:
    return [round(float(clip.points[0, 0, 0]) * 1024) for clip in dataset]


def test_nothing_happens_before_s(tmp_path: Path) -> None:
    assert len(direct(tmp_path, Script((WAITS, ""), (WAITS, "x"), (WAITS, "q")), ["a"], 2, 3)) == 0


def test_each_sign_is_recorded_to_its_goal_and_waits_for_s(tmp_path: Path) -> None:
    stage = Script((WAITS, "s"), (WAITS, "s"))
    dataset = direct(tmp_path, stage, ["a", "b"], 2, 3)
    assert glosses(dataset) == ["a", "a", "b", "b"]
    assert {(sample.frames, sample.fps) for sample in dataset.samples} == {(3, 20.0)}
    assert stage.scenes[-1].prompt == "thank you"


def test_r_takes_the_last_clip_again(tmp_path: Path) -> None:
    dataset = direct(tmp_path, Script((WAITS, "s"), (ENDS, "r")), ["a"], 2, 3)
    assert [sample.id for sample in dataset.samples] == ["ann-s1-0001", "ann-s1-0002"]
    assert first_frames(dataset) == [1, 8]


def test_r_goes_back_to_the_sign_before(tmp_path: Path) -> None:
    dataset = direct(tmp_path, Script((WAITS, "s"), (WAITS, "r"), (WAITS, "s")), ["a", "b"], 1, 3)
    assert glosses(dataset) == ["a", "b"]
    assert first_frames(dataset)[0] == 5


def test_r_within_a_clip_begins_that_clip_again_and_leaves_the_one_before(tmp_path: Path) -> None:
    script = Script((WAITS, "s"), *[(RECORDS, "")] * 4, (RECORDS, "r"))
    assert first_frames(direct(tmp_path, script, ["a"], 2, 3)) == [1, 6]


def test_r_takes_all_stills_since_s_again(tmp_path: Path) -> None:
    dataset = direct(tmp_path, Script((WAITS, "s"), (ENDS, "r")), ["a"], 3, 1)
    assert first_frames(dataset) == [5, 6, 7]


def test_s_pauses_and_goes_on(tmp_path: Path) -> None:
    script = Script((WAITS, "s"), (RECORDS, ""), (RECORDS, "s"), (WAITS, ""), (WAITS, "s"))
    assert first_frames(direct(tmp_path, script, ["a"], 4, 1)) == [1, 2, 5, 6]


def test_n_leaves_a_sign_for_later(tmp_path: Path) -> None:
    dataset = direct(tmp_path, Script((WAITS, "n"), (WAITS, "s"), (WAITS, "s")), ["a", "b"], 1, 2)
    assert glosses(dataset) == ["b", "a"]


def test_q_within_a_clip_keeps_whole_clips_only(tmp_path: Path) -> None:
    dataset = direct(tmp_path, Script((WAITS, "s"), *[(RECORDS, "")] * 4, (RECORDS, "q")), ["a"], 9, 3)
    assert [sample.frames for sample in dataset.samples] == [3]


def test_the_next_run_goes_on_at_the_same_place(tmp_path: Path) -> None:
    direct(tmp_path, Script((WAITS, "s"), *[(RECORDS, "")] * 2, (RECORDS, "q")), ["a", "b"], 5, 1)
    stage = Script((WAITS, "q"))
    direct(tmp_path, stage, ["a", "b"], 5, 1)
    assert (stage.scenes[0].gloss, stage.scenes[0].count, stage.scenes[0].recorded) == ("a", 3, 3)


def test_it_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(director, "FAREWELL_S", 0)
    assert len(direct(tmp_path, Script((WAITS, "s"), ("never", "")), ["a"], 1, 2)) == 1
