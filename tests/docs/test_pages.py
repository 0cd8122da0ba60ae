"""The documents: links lead somewhere, words are chosen well, nothing of the command is left out."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer

from chereme.cli.main import app

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def _documents() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    found = [ROOT / name for name in listed] or [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    return sorted(path for path in found if path.is_file())


OWN = re.compile(r"\(did you mean NAME\?\)|\b[A-Z]{1,}[A-Z_]+\b|\bN\b|…|;|signer|session|'NAME'|\(NAME\)|\.chereme")
"""What in a message of the table is the reader's own, and not in the source."""

DOCUMENTS = _documents()
BY_NAME = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def anchors(document: Path) -> set[str]:
    """Of each heading, as GitHub and MkDocs make them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()) for heading in headings}


@BY_NAME
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        file = (document.parent / path).resolve() if path else document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@BY_NAME
def test_words_are_chosen_well(document: Path) -> None:
    text = re.sub(r"\s+", " ", document.read_text(encoding="utf-8")).lower()
    assert not re.search(r"translat(es|ing|e) (a )?sign languages?", text)
    assert not re.search(r"\b(deaf[- ](and[- ])?)?mutes?\b|hearing[- ]impaired|deaf and dumb", text)


def _commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every verb with its command, a click one; some releases of Typer carry a click of their own."""
    if hasattr(command, "commands"):
        for verb, inner in command.commands.items():
            yield from _commands(f"{name} {verb}", inner)
    else:
        yield name, command


COMMANDS = dict(_commands("chereme", typer.main.get_command(app)))


def test_every_verb_is_in_the_reference_and_no_other() -> None:
    page = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## (chereme .+)$", page, flags=re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_in_the_reference_and_no_other(name: str) -> None:
    page = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
    first_cells = re.findall(r"^\| (`[^|]+`) \|", section, flags=re.MULTILINE)
    documented = {each for cell in first_cells for each in re.findall(r"`(-[^`]+)`", cell)}
    arguments = {cell.strip("`…").lower() for cell in first_cells if not cell.startswith("`-")}
    options, named = set[str](), set[str]()
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "option":
            options |= set(parameter.opts) - {"--help"}
        else:
            named.add((parameter.metavar or parameter.name).lower())
    assert documented == options
    assert arguments == named


@BY_NAME
def test_every_command_shown_is_one_that_exists(document: Path) -> None:
    """Each `chereme …` line in a block is parsed as the command line would, and not run."""
    blocks = re.findall(r"^```sh\n(.*?)^```", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for line in "".join(blocks).splitlines():
        program, *words = shlex.split(line, comments=True) or [""]
        if program != "chereme":
            continue
        verbs = (" ".join(["chereme", *words[:length]]) for length in (3, 2, 1))
        name = next((verb for verb in verbs if verb in COMMANDS), line)
        assert name in COMMANDS, line
        context = COMMANDS[name].make_context(name, words[len(name.split()) - 1 :])
        context.close()


def test_every_message_in_the_table_occurs_in_the_source() -> None:
    """By its longest stretch of words that holds nothing of the reader's own."""
    page = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    messages = re.findall(r"^\| [^|]+ \| `([^|]+)` \|", page, flags=re.MULTILINE)
    assert len(messages) > 30
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src").rglob("*.py")))
    # Literals that go on in the next line are joined, what is filled in is left out.
    joined = re.sub(r"[\"']\s*\n\s*f?[\"']", "", source)
    joined = re.sub(r"\{[^{}\n]*\}", "", joined).replace("`", "").replace("\\'", "'")
    for message in messages:
        stems = OWN.split(message)
        stem = max((each.strip(" :,;()'") for each in stems), key=len)
        if message.startswith("CHEREME_"):  # the rest of it is the settings library's
            continue
        assert len(stem) > 8, message
        assert stem in joined, (message, stem)
