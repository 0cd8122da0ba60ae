"""Nobody is on both sides of a split, and a split that is kept says when it no longer fits."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chereme.datasets import Sample, SignDataset
from chereme.datasets.samples import Samples
from chereme.datasets.split_file import read_split, split_names, write_split
from chereme.datasets.splits import Fold, hold_out, kfold, leave_one_out, make_folds, official, stratify
from chereme.errors import CheremeError
from chereme.landmarks import HANDS, LandmarkSequence


def dataset_of(folder: Path, signers: list[str | None]) -> SignDataset:
    frame = LandmarkSequence(np.zeros((1, 42, 3), dtype=np.float32), HANDS)
    return SignDataset.create(
        folder / "toy", name="toy", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append([(Sample(str(i), "ab"[i % 2], signer=signer, session="m"), frame) for i, signer in enumerate(signers)])


@pytest.mark.parametrize(
    ("held_out", "name"), [(("x",), "x"), (("x", "y", "z"), "x y z"), (("x", "y", "z", "w"), "x and 3 more")]
)
def test_a_fold_is_called_by_whom_it_holds_out(held_out: tuple[str, ...], name: str) -> None:
    assert Fold(held_out, (), ()).name == name


def test_each_signer_is_held_out_once_and_never_trained_on_meanwhile(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, ["x", "y", "x", "z", "y", "x"])
    folds = make_folds(dataset, "signer")
    assert [fold.held_out for fold in folds] == [("x",), ("y",), ("z",)]
    for fold in folds:
        assert {dataset.samples[i].signer for i in fold.test} == set(fold.held_out)
        assert not {dataset.samples[i].signer for i in fold.train} & set(fold.held_out)
        assert sorted((*fold.train, *fold.test)) == list(range(6))


def test_many_signers_are_held_out_together_whole(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, [str(i % 14) for i in range(60)])
    folds = make_folds(dataset, "signer", most=5)
    assert len(folds) == 5
    held_out = [signer for fold in folds for signer in fold.held_out]
    assert sorted(held_out) == sorted({str(i) for i in range(14)})


def test_a_set_that_does_not_name_its_signers_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match=r"does not say the signer of 2 of 3 clips.*--by session"):
        make_folds(dataset_of(tmp_path, ["x", None, None]), "signer")


def test_one_signer_alone_cannot_be_scored(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="only one signer"):
        make_folds(dataset_of(tmp_path, ["x", "x"]), "signer")


def test_random_folds_are_stratified_and_seeded(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, ["x"] * 40)
    folds = make_folds(dataset, "random", seed=3)
    assert folds == make_folds(dataset, "random", seed=3)
    assert folds != make_folds(dataset, "random", seed=4)
    assert all(sum(dataset.samples[i].gloss == "a" for i in fold.test) == 4 for fold in folds)


def table_of(dataset: SignDataset, samples: list[Sample]) -> SignDataset:
    """The same dataset with other rows, for laws about the table alone."""
    return replace(dataset, samples=Samples.of(samples))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> SignDataset:
    return SignDataset.create(
        tmp_path_factory.mktemp("bare") / "bare",
        name="bare",
        sign_language="ase",
        groups=HANDS.groups,
        license="CC0-1.0",
        source="this test",
    )


def sizes(parts: dict[str, tuple[str, ...]]) -> dict[str, int]:
    return {name: len(ids) for name, ids in parts.items()}


def test_26_glosses_of_150_clips_are_dealt_as_published(bare: SignDataset) -> None:
    dataset = table_of(
        bare, [Sample(f"{gloss}-{n}", gloss) for gloss in "abcdefghijklmnopqrstuvwxyz" for n in range(150)]
    )
    split = stratify(dataset, (70, 15, 15), seed=42)
    assert sizes(dict(split.parts)) == {"train": 2730, "val": 572, "test": 598}
    assert sizes(dict(stratify(dataset, (80, 20), seed=42).parts)) == {"train": 3120, "test": 780}
    for ids in split.parts.values():
        assert len(set(Counter(sample.split("-")[0] for sample in ids).values())) == 1, "each gloss alike"
    assert split == stratify(dataset, (70, 15, 15), seed=42)
    assert split != stratify(dataset, (70, 15, 15), seed=43)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.sampled_from([(70, 15, 15), (80, 20), (1, 1)]))
def test_stratified_parts_are_all_clips_once_and_every_gloss_can_be_learned(
    bare: SignDataset, counts: list[int], shares: tuple[int, ...]
) -> None:
    samples = [Sample(f"{gloss}-{n}", str(gloss)) for gloss, count in enumerate(counts) for n in range(count)]
    split = stratify(table_of(bare, samples), shares)
    dealt = [sample for ids in split.parts.values() for sample in ids]
    assert sorted(dealt) == sorted(sample.id for sample in samples)
    if shares[0] > 50:
        assert {sample.split("-")[0] for sample in split.parts["train"]} == {sample.gloss for sample in samples}


@given(
    signers=st.lists(st.sampled_from("abcdefg"), min_size=9, max_size=40).filter(lambda names: len(set(names)) > 3),
    seed=st.integers(0, 5),
    kind=st.sampled_from(["two", "three", "kfold", "each"]),
)
def test_a_signer_is_never_in_two_parts(bare: SignDataset, signers: list[str], seed: int, kind: str) -> None:
    dataset = table_of(bare, [Sample(str(n), "x", signer) for n, signer in enumerate(signers)])
    split = {
        "two": lambda: hold_out(dataset, "signer", seed=seed),
        "three": lambda: hold_out(dataset, "signer", shares=(70, 15, 15), seed=seed),
        "kfold": lambda: kfold(dataset, "signer", 3),
        "each": lambda: leave_one_out(dataset, "signer"),
    }[kind]()
    people = [{signers[int(sample)] for sample in ids} for ids in split.parts.values()]
    assert sum(map(len, people)) == len(set(signers)), "nobody is in two parts"
    assert all(people), "no part is empty"
    assert len(split.parts) == {"two": 2, "three": 3, "kfold": 3, "each": len(set(signers))}[kind]


def test_named_people_are_held_out_and_unknown_ones_refused(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, ["x", "y", "z"])
    assert hold_out(dataset, "signer", names=["y"]).parts == {"train": ("0", "2"), "test": ("1",)}
    with pytest.raises(CheremeError, match="has no signer w to hold out"):
        hold_out(dataset, "signer", names=["w"])
    with pytest.raises(CheremeError, match="none left to train on"):
        hold_out(dataset, "signer", names=["x", "y", "z"])


def test_an_official_split_lands_unchanged(bare: SignDataset) -> None:
    column = [Sample("a", "x", split="train"), Sample("b", "x", split="val"), Sample("c", "x")]
    assert official(table_of(bare, column)).parts == {"train": ("a",), "val": ("b",)}
    lists = {"test": ["c", "a"], "train": ["b"]}
    assert official(table_of(bare, column), lists).parts == {"test": ("c", "a"), "train": ("b",)}
    with pytest.raises(CheremeError, match="names d, which bare does not have"):
        official(table_of(bare, column), {"train": ["d"]})
    with pytest.raises(CheremeError, match="b is in two lists"):
        official(table_of(bare, column), {"train": ["b"], "test": ["b"]})
    with pytest.raises(CheremeError, match="came without a split"):
        official(table_of(bare, [Sample("a", "x")]))


def test_a_split_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, ["x", "y", "z", "x"])
    split = hold_out(dataset, "signer", seed=4)
    file = write_split(dataset, "people", split)
    assert file == dataset.path / "splits" / "people.json"
    assert read_split(dataset, "people") == split
    assert split_names(dataset) == ("people",)
    with pytest.raises(CheremeError, match="already has a split people"):
        write_split(dataset, "people", split)


def test_a_split_that_was_touched_or_no_longer_fits_is_refused(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, ["x", "y", "z"])
    file = write_split(dataset, "people", leave_one_out(dataset, "signer"))
    frame = LandmarkSequence(np.zeros((1, 42, 3), dtype=np.float32), HANDS)
    with pytest.raises(CheremeError, match="no longer fits toy: clips came or went"):
        read_split(dataset.append([(Sample("new", "a", "x"), frame)]), "people")
    content = json.loads(file.read_text())
    content["parts"]["x"], content["parts"]["y"] = content["parts"]["y"], content["parts"]["x"]
    file.write_text(json.dumps(content))
    with pytest.raises(CheremeError, match="was changed since it was made"):
        read_split(dataset, "people")
    file.write_text("{}")
    with pytest.raises(CheremeError, match="not a split that can be read"):
        read_split(dataset, "people")
    with pytest.raises(CheremeError, match="has no split other: there are people"):
        read_split(dataset, "other")


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 65])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    dataset = dataset_of(tmp_path, ["x", "y"])
    with pytest.raises(CheremeError, match="cannot name a split"):
        write_split(dataset, name, leave_one_out(dataset, "signer"))
