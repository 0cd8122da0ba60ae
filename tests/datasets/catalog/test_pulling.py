"""Pulling from a real server: resumed, checked, unpacked, imported; and nothing left of what is refused."""

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chereme.datasets import SignDataset
from chereme.datasets.catalog.corpus import Corpus, Download, Landmarks
from chereme.datasets.catalog.pulling import fetch, import_landmarks
from chereme.errors import CheremeError
from tests.datasets.corpora.conftest import Web, web

__all__ = ["web"]  # a fixture

TOYS = Corpus("toys", "Toys", "ase", 4, 2, 1, "CC0 1.0", True, "https://example.org", "The authors: Toys. 2026.")


@pytest.fixture
def archive(web: Web) -> bytes:
    """Two words, two clips of three frames each, hands only."""
    held = io.BytesIO()
    random = np.random.default_rng(0)
    with zipfile.ZipFile(held, "w") as members:
        for word in ("hello", "please"):
            for clip in range(2):
                for frame in range(3):
                    row = io.BytesIO()
                    np.save(row, random.uniform(0.2, 0.8, 126))
                    members.writestr(f"toys-main/MP_Data/{word}/{clip}/{frame}.npy", row.getvalue())
    (web.folder / "toys.zip").write_bytes(held.getvalue())
    return held.getvalue()


def corpus(web: Web, route: str, sha256: str | None = None) -> Corpus:
    return replace(
        TOYS,
        downloads=(Download("files", web.url(f"{route}/toys.zip"), sha256),),
        landmarks=(Landmarks("files/toys-main/MP_Data", "mp_data", "toy-words"),),
    )


@pytest.mark.parametrize("route", ["fine", "breaks-once", "redirect", "whole-only"])
def test_landmarks_become_a_dataset_with_their_licence(web: Web, route: str, archive: bytes, tmp_path: Path) -> None:
    toys = corpus(web, route, hashlib.sha256(archive).hexdigest())
    fetch(toys, tmp_path / "toys", patience=0.1)
    (imported,) = import_landmarks(toys, tmp_path / "toys").values()
    dataset = SignDataset.open(tmp_path / "toys" / "toy-words")
    assert (len(dataset), imported.added, imported.failed) == (4, 4, ())
    assert dataset.glosses == ("hello", "please")
    assert (dataset.description.license, dataset.description.source) == ("CC0 1.0", TOYS.citation)
    asked = len(web.asked)
    fetch(toys, tmp_path / "toys")
    (imported,) = import_landmarks(toys, tmp_path / "toys").values()
    assert (imported.added, imported.already, len(web.asked)) == (0, 4, asked)
    assert sorted(path.name for path in (tmp_path / "toys").iterdir()) == ["files", "toy-words"]


@pytest.mark.parametrize(
    ("route", "reason"),
    [("gone", "the server answered 404 Not Found"), ("page", "it is a web page and no file")],
)
def test_what_cannot_be_fetched_says_why(web: Web, route: str, reason: str, archive: bytes, tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match=f"cannot be fetched: {reason}"):
        fetch(corpus(web, route), tmp_path / "toys")
    assert list((tmp_path / "toys").iterdir()) == []


def test_a_file_that_is_not_the_published_one_is_refused(web: Web, archive: bytes, tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="its sha256 differs"):
        fetch(corpus(web, "fine", "0" * 64), tmp_path / "toys")
    assert list((tmp_path / "toys").iterdir()) == []


def test_an_archive_that_leads_out_is_refused_and_can_be_fetched_again(web: Web, tmp_path: Path) -> None:
    with zipfile.ZipFile(web.folder / "toys.zip", "w") as members:
        members.writestr("../../evil.txt", "x")
    with pytest.raises(CheremeError, match="leads out of its folder"):
        fetch(corpus(web, "fine"), tmp_path / "toys")
    assert not list(tmp_path.rglob("evil.txt"))
    assert list((tmp_path / "toys").iterdir()) == []


def test_lists_are_kept_as_they_are(web: Web, tmp_path: Path) -> None:
    (web.folder / "list.json").write_text("[]")
    fetch(replace(TOYS, downloads=(Download("lists/list.json", web.url("fine/list.json")),)), tmp_path)
    assert (tmp_path / "lists" / "list.json").read_text() == "[]"
