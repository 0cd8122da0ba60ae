"""Every test is counted, and the second says so."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chereme.datasets import SignDataset
from chereme.evaluation.tested import FILE, Test, earlier_tests, write_down
from chereme.recognition.recognizer import Recognizer


@pytest.fixture
def first(recognizer: Recognizer, toys: SignDataset) -> Test:
    return Test.of(recognizer.manifest, toys, np.arange(len(toys)), 0.75)


def test_the_second_test_of_one_model_on_the_same_clips_says_so(tmp_path: Path, first: Test) -> None:
    assert write_down(tmp_path, first) == []
    (said,) = write_down(tmp_path, replace(first, top1=0.9))
    assert "TESTED BEFORE: this is test 2 of toy 1.0.0 on these clips" in said
    assert "gave 0.7500" in said
    assert [each.top1 for each in earlier_tests(tmp_path)] == [0.75, 0.9]


def test_other_models_that_met_the_clips_are_counted(tmp_path: Path, first: Test) -> None:
    write_down(tmp_path, replace(first, model_sha256="1" * 64))
    write_down(tmp_path, replace(first, model_sha256="2" * 64))
    (said,) = write_down(tmp_path, first)
    assert said.startswith("2 other models met these clips before")


def test_other_clips_count_apart(tmp_path: Path, recognizer: Recognizer, toys: SignDataset, first: Test) -> None:
    write_down(tmp_path, first)
    assert write_down(tmp_path, Test.of(recognizer.manifest, toys, np.arange(3), 0.5)) == []


def test_a_damaged_line_loses_only_itself(tmp_path: Path, first: Test) -> None:
    write_down(tmp_path, first)
    with (tmp_path / FILE).open("a") as stream:
        stream.write('{"bundle": "to\n')
    write_down(tmp_path, first)
    assert len(earlier_tests(tmp_path)) == 2


def test_a_score_is_not_lost_when_it_cannot_be_counted(tmp_path: Path, first: Test) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    (said,) = write_down(tmp_path / "taken", first)
    assert "could not be counted" in said
