"""What the catalog says of each corpus is complete, and the manual says the same."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from chereme.cli.main import app
from chereme.datasets.catalog import CORPORA, Corpus

PAGE = (Path(__file__).parents[3] / "docs/reference/catalog.md").read_text(encoding="utf-8")

each = pytest.mark.parametrize("corpus", CORPORA.values(), ids=list(CORPORA))


@each
def test_a_corpus_can_be_had_and_cited(corpus: Corpus) -> None:
    assert re.fullmatch(r"[a-z]{3}", corpus.sign_language)
    assert re.match(r"https://", corpus.home)
    assert all(download.url.startswith("https://") for download in corpus.downloads)
    assert len(corpus.citation) > 40
    assert corpus.downloads or corpus.steps
    if corpus.weights_may_ship:
        assert corpus.license.startswith(("CC BY 4.0", "CC0", "MIT"))


@each
def test_the_commands_among_the_steps_exist(corpus: Corpus) -> None:
    for step in corpus.steps:
        if step.startswith("chereme "):
            command = typer.main.get_command(app)
            words = shlex.split(step)[1:]
            while hasattr(command, "commands"):
                command = command.commands[words.pop(0)]
            command.make_context(step, words).close()


@each
def test_the_manual_says_the_same(corpus: Corpus) -> None:
    section = PAGE.split(f"\n## {corpus.name}\n")[1].split("\n## ")[0]
    for count in (corpus.clips, corpus.glosses, corpus.signers):
        assert ("not stated" if count is None else f"{count:,}") in section
    assert corpus.license in section
    assert corpus.home in section
