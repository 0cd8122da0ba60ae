"""Merging loses no clip and no origin, and its licence is the strictest."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chereme.datasets import Sample, SignDataset
from chereme.datasets.licences import Terms, joined_licence, terms_of
from chereme.datasets.merge import merge, read_glosses
from chereme.errors import CheremeError
from chereme.landmarks import BODY, HANDS, LandmarkSequence, Layout


def dataset_of(
    path: Path, samples: list[Sample], layout: Layout = HANDS, *, value: float = 0.5, language: str = "ase"
) -> SignDataset:
    clip = LandmarkSequence(np.full((2, len(layout), 3), value, dtype=np.float32), layout, 15.0, 4 / 3)
    return SignDataset.create(
        path, name=path.name, sign_language=language, groups=layout.groups, license="MIT", source=f"made {path.name}"
    ).append([(sample, clip) for sample in samples])


def test_clips_keep_their_origin_and_clashing_ids_get_their_datasets_name(tmp_path: Path) -> None:
    one = dataset_of(tmp_path / "one", [Sample("1", "thank-you", "s1", "m", split="train"), Sample("2", "no")])
    two = dataset_of(tmp_path / "two", [Sample("1", "thankyou", "s1", source="film")], BODY, value=0.25)
    merged = merge([one, two], tmp_path / "both", name="both", glosses={"thankyou": "thank-you"})

    assert [(s.id, s.gloss, s.signer, s.session, s.split, s.source) for s in merged.samples] == [
        ("one/1", "thank-you", "one/s1", "one/m", None, "one/1"),
        ("one/2", "no", None, None, None, "one/2"),
        ("two/1", "thank-you", "two/s1", None, None, "film"),
    ]
    assert merged.layout == HANDS, "what both have"
    assert (merged[2].points == 0.25).all()
    assert merged[2].fps == 15.0
    assert merged.description.source == "one: made one; two: made two"
    assert "thankyou became thank-you" in merged.description.notes
    assert merged.description.license == "attribution: name every source. one: MIT; two: MIT"
    assert len(SignDataset.open(tmp_path / "one")) == 2, "the inputs are untouched"


def test_ids_that_do_not_clash_stay_and_chosen_groups_are_filled_with_missing(tmp_path: Path) -> None:
    one = dataset_of(tmp_path / "one", [Sample("a", "x"), Sample("b", "made-up")])
    two = dataset_of(tmp_path / "two", [Sample("c", "x")], BODY)
    merged = merge([one, two], tmp_path / "both", glosses={"made-up": ""}, groups=BODY.groups)
    assert merged.column("id").tolist() == ["a", "c"]
    assert np.isnan(merged[0].group("pose")).all()
    assert merged.description.name == "one-two"


def test_what_cannot_be_merged_is_refused(tmp_path: Path) -> None:
    one = dataset_of(tmp_path / "one", [Sample("a", "x")])
    other = dataset_of(tmp_path / "other", [Sample("a", "x")], language="kvk")
    pose = dataset_of(tmp_path / "pose", [Sample("a", "x")], Layout(("pose",)))
    for sets, message in (
        ([one], "nothing to merge"),
        ([one, one], "two of the datasets are called one"),
        ([one, other], "different sign languages, ase, kvk"),
        ([one, pose], "no group of landmarks in common"),
    ):
        with pytest.raises(CheremeError, match=message):
            merge(sets, tmp_path / "out")
        assert not (tmp_path / "out").exists()
    more = dataset_of(tmp_path / "more", [Sample("a", "x")])
    with pytest.raises(CheremeError, match="no dataset has the gloss y"):
        merge([one, more], tmp_path / "out", glosses={"y": "x"})


def test_a_map_of_spellings_is_read_from_json_and_csv(tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text(json.dumps({"thankyou": "thank-you", "junk": ""}))
    (tmp_path / "map.csv").write_text("thankyou,thank-you\njunk,\n")
    assert read_glosses(tmp_path / "map.json") == read_glosses(tmp_path / "map.csv")
    for text in ("[]", '{"a": 1}', "{", '{"a": "b", "b": "c"}'):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(CheremeError):
            read_glosses(tmp_path / "bad.json")
    with pytest.raises(CheremeError, match="cannot be read as a map"):
        read_glosses(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("licence", "terms"),
    [
        ("CC0-1.0", Terms.FREE),
        ("public domain", Terms.FREE),
        ("MIT (LICENSE, Copyright (c) 2022)", Terms.ATTRIBUTION),
        ("Apache-2.0", Terms.ATTRIBUTION),
        ("CC-BY-4.0 upstream", Terms.ATTRIBUTION),
        ("CC BY-SA 4.0", Terms.SHARE_ALIKE),
        ("CC BY-NC-SA 4.0", Terms.NON_COMMERCIAL),
        ("CC BY-NC-ND 4.0", Terms.BENCHMARK_ONLY),
        ("C-UDA", Terms.BENCHMARK_ONLY),
        ("unclear", Terms.BENCHMARK_ONLY),
        ("", Terms.BENCHMARK_ONLY),
        ("ask my cousin", Terms.BENCHMARK_ONLY),
    ],
)
def test_a_licence_is_read_as_what_it_asks_for(licence: str, terms: Terms) -> None:
    assert terms_of(licence) == terms


@given(st.lists(st.sampled_from(["CC0", "MIT", "CC BY-SA", "CC BY-NC", "C-UDA", "?"]), min_size=1, max_size=5))
def test_together_the_strictest_holds_and_every_input_is_named(licences: list[str]) -> None:
    inputs = [(f"set{number}", licence) for number, licence in enumerate(licences)]
    joined = joined_licence(inputs)
    assert joined.terms == max(map(terms_of, licences))
    assert all(f"{name}: {licence}" in joined.text for name, licence in inputs)
    assert terms_of(joined.text) >= joined.terms, "merged again, nothing gets freer"
    assert joined.may_ship == (joined.terms <= Terms.SHARE_ALIKE)
