"""The report is one page that needs nothing else, says where its figures come from, and has their data beside it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from chereme.datasets import SignDataset
from chereme.errors import CheremeError
from chereme.evaluation.ablation import measure_ablation
from chereme.evaluation.evaluate import answer_clips, chosen_clips, summarise
from chereme.evaluation.report import write_report
from chereme.evaluation.robustness import measure_robustness
from chereme.recognition.recognizer import Recognizer

VOID = {"meta", "br", "path", "rect", "circle"}


@pytest.fixture(scope="module")
def summary(recognizer: Recognizer, toys: SignDataset) -> dict[str, Any]:
    chosen = chosen_clips(toys)
    answers = answer_clips(recognizer, toys, chosen)
    return {
        "bundle": "toy 1.0.0",
        "dataset": "<script>toys",
        "split": {"name": "held-out", "part": "test"},
        "warnings": ["SEEN IN TRAINING: all of it."],
        **summarise(answers, min_confidence=0.6),
        "robustness": measure_robustness(recognizer, toys, chosen, answers),
        "ablation": measure_ablation(recognizer, toys, chosen, answers),
        "group_weights": {"left_hand": 0.25, "right_hand": 0.75},
    }


@pytest.fixture(scope="module")
def page(summary: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(summary, tmp_path_factory.mktemp("reports") / "toy")


class _Page(HTMLParser):
    """Checks that tags are balanced, and gathers the text and the attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def read(page: Path) -> _Page:
    parser = _Page()
    parser.feed(page.read_text(encoding="utf-8"))
    assert parser.open == []
    return parser


def test_the_headline_has_its_n_its_split_its_intervals_and_the_warning(read: _Page) -> None:
    for words in (
        "88.9\u00a0%",
        "part test of split held-out",
        "18 of 26 scored",
        "counting clips",
        "drawing other signers",
    ):
        assert words in read.words, words
    assert "SEEN IN TRAINING" in read.words


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(page: Path, read: _Page) -> None:
    names = {tag for tag, _ in read.tags}
    assert not names & {"script", "link", "img", "iframe"}, "names of datasets are no markup either"
    assert not re.search(r"https?://|@import|url\(", page.read_text(encoding="utf-8"))


def test_the_data_of_every_figure_lies_beside_it(page: Path, read: _Page, summary: dict[str, Any]) -> None:
    linked = {str(attributes["href"]) for tag, attributes in read.tags if tag == "a"}
    assert linked == {file.name for file in page.parent.glob("*.json")}
    assert len(linked) == 8
    assert json.loads((page.parent / "headline.json").read_text())["top1"] == summary["top1"]
    assert json.loads((page.parent / "robustness.json").read_text()) == summary["robustness"]


def test_drawings_are_named_and_tables_have_heads(read: _Page) -> None:
    drawings = [attributes for tag, attributes in read.tags if tag == "svg"]
    assert len(drawings) == 5
    assert all(drawing["role"] == "img" and drawing["aria-label"] for drawing in drawings)
    heads = [attributes.get("scope") for tag, attributes in read.tags if tag == "th"]
    assert set(heads) == {"row", "col"}


def test_no_number_is_broken(page: Path) -> None:
    assert not re.search(r"\bnan\b|\binf\b|None", page.read_text(encoding="utf-8"))


def test_without_signers_or_confusions_there_are_no_such_figures(summary: dict[str, Any], tmp_path: Path) -> None:
    bare = summary | {"by": None, "groups": [], "worst_group": None, "interval_95_by_group": None, "confusions": []}
    write_report(bare | {"idle": None, "split": None}, tmp_path)
    assert not (tmp_path / "groups.json").exists()
    assert "all clips of the dataset" in (tmp_path / "index.html").read_text()


def test_an_earlier_report_is_replaced_and_nothing_else(summary: dict[str, Any], tmp_path: Path) -> None:
    write_report(summary, tmp_path)
    write_report(summary, tmp_path)
    (other := tmp_path / "other").mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(CheremeError, match="is in the way"):
        write_report(summary, other)
