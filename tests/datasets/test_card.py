"""A data card says what the dataset says, and makes nothing up."""

import json
from pathlib import Path

import numpy as np

from chereme.datasets import Sample, SignDataset
from chereme.datasets.audit.finding import Finding
from chereme.datasets.card import write_card
from chereme.landmarks import HANDS, LandmarkSequence

HEADINGS = ["Motivation", "Composition", "Collection process", "Preprocessing", "Uses", "Distribution", "Maintenance"]


def toy(folder: Path, license: str = "MIT") -> SignDataset:
    clip = LandmarkSequence(np.full((2, 42, 3), 0.5, dtype=np.float32), HANDS)
    return SignDataset.create(
        folder / "toy", name="toy", sign_language="ase", groups=HANDS.groups, license=license, source="here"
    ).append([(Sample(str(n), "a|b" if n else "c", "ann" if n < 2 else None), clip) for n in range(3)])


def test_the_headings_are_those_of_a_datasheet_and_counts_are_in_it(tmp_path: Path) -> None:
    text = write_card(toy(tmp_path))
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == HEADINGS
    assert "3 clips of 2 glosses" in text
    assert "| ann | 2 | 2 | not stated |" in text
    assert "| a\\|b | 2 |" in text
    assert "Audit: not made" in text
    assert text.count("not stated") > 5, "nobody was asked for consent, so it does not say so"


def test_what_a_person_added_to_the_description_is_taken(tmp_path: Path) -> None:
    dataset = toy(tmp_path)
    file = dataset.path / "dataset.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "consent": "written, 2026"}))
    assert "Consent of the people recorded: written, 2026" in write_card(SignDataset.open(dataset.path))


def test_findings_and_a_licence_that_forbids_are_said(tmp_path: Path) -> None:
    finding = Finding("near-copies", "leak", "2 clips are alike", "part them", split="mine")
    text = write_card(toy(tmp_path, "C-UDA"), [finding])
    assert "Audit, leak in `mine`: 2 clips are alike" in text
    assert "A bundle trained on it does not ship" in text
    assert "nothing was found" in write_card(toy(tmp_path / "other"), [])
