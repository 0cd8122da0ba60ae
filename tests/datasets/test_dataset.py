"""A dataset on disk: what goes in comes out, and nothing is ever half-written."""

import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chereme.datasets import Sample, SignDataset
from chereme.datasets.samples import Samples
from chereme.errors import CheremeError
from chereme.landmarks import HANDS, LandmarkSequence


def empty(folder: Path) -> SignDataset:
    return SignDataset.create(
        folder, name="toy", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="made by this test"
    )


def clip(frames: int, value: float = 0.5, fps: float | None = 15.0) -> LandmarkSequence:
    return LandmarkSequence(np.full((frames, 42, 3), value, dtype=np.float32), HANDS, fps, 4 / 3)


def table_with(folder: Path, column: str, value: object) -> None:
    """The table with another value in every row of a column."""
    table = pq.read_table(folder / "samples.parquet")
    place = table.column_names.index(column)
    values = pa.array([value] * len(table), table.schema.field(column).type)
    pq.write_table(table.set_column(place, table.schema.field(column), values), folder / "samples.parquet")


def test_what_is_appended_is_read_back_with_its_facts(tmp_path: Path) -> None:
    dataset = empty(tmp_path / "toy").append([(Sample("a", "hello", signer="s1"), clip(3, 0.25))])
    dataset = dataset.append([(Sample("b", "no", signer="s2"), clip(5, np.nan, fps=None))])

    assert [(s.id, s.gloss, s.signer, s.frames, s.start) for s in dataset.samples] == [
        ("a", "hello", "s1", 3, 0),
        ("b", "no", "s2", 5, 3),
    ]
    assert dataset[0].fps == 15.0
    assert dataset[1].fps is None
    assert (dataset[0].points == 0.25).all()
    assert np.isnan(dataset[1].points).all(), "missing stays missing"


@settings(max_examples=15)
@given(lengths=st.lists(st.integers(0, 12), max_size=6), cut=st.integers(0, 6))
def test_appending_in_any_portions_gives_the_same_dataset(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("portions")
    clips = [(Sample(str(i), "x"), clip(frames, i / 8)) for i, frames in enumerate(lengths)]
    at_once = empty(folder / "at-once").append(clips)
    in_two = empty(folder / "in-two").append(clips[:cut]).append(clips[cut:])

    assert at_once.samples == in_two.samples
    assert (folder / "at-once/landmarks.npy").read_bytes() == (folder / "in-two/landmarks.npy").read_bytes()


def test_rows_of_an_unfinished_append_do_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = empty(tmp_path / "toy").append([(Sample("a", "hello"), clip(3))])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("chereme.datasets.dataset._write_table", killed)
        with pytest.raises(KeyboardInterrupt):
            dataset.append([(Sample("b", "no"), clip(50))])

    reopened = SignDataset.open(tmp_path / "toy")
    assert [sample.id for sample in reopened.samples] == ["a"]
    again = reopened.append([(Sample("c", "yes"), clip(2, 0.75))])
    assert (again[1].points == 0.75).all()
    assert np.load(tmp_path / "toy/landmarks.npy").shape == (5, 42, 3), "any reader of .npy files sees the true length"


def test_a_taken_id_or_another_layout_writes_nothing(tmp_path: Path) -> None:
    dataset = empty(tmp_path / "toy").append([(Sample("a", "hello"), clip(3))])
    before = (tmp_path / "toy/landmarks.npy").read_bytes()
    with pytest.raises(CheremeError, match="already has a sample a"):
        dataset.append([(Sample("b", "no"), clip(1)), (Sample("a", "no"), clip(1))])
    assert (tmp_path / "toy/landmarks.npy").read_bytes() == before
    assert len(SignDataset.open(tmp_path / "toy")) == 1


def test_clips_are_mapped_not_loaded(tmp_path: Path) -> None:
    dataset = empty(tmp_path / "toy").append([(Sample("a", "hello"), clip(3))])
    assert isinstance(dataset.points, np.memmap)


def test_selecting_shares_the_array_and_keeps_the_order(tmp_path: Path) -> None:
    dataset = empty(tmp_path / "toy").append([(Sample(str(i), "x"), clip(1, i / 8)) for i in range(4)])
    chosen = dataset.select([3, 1])
    assert [sample.id for sample in chosen.samples] == ["3", "1"]
    assert chosen.points is dataset.points
    assert float(chosen[0].points[0, 0, 0]) == 0.375


def test_a_column_says_what_the_samples_say(tmp_path: Path) -> None:
    clips = [(Sample("a", "hello", signer="s1"), clip(3)), (Sample("b", "no"), clip(1, fps=None))]
    dataset = empty(tmp_path / "toy").append(clips)
    assert dataset.column("gloss").tolist() == ["hello", "no"]
    assert dataset.column("signer").tolist() == ["s1", None]
    assert dataset.column("frames").tolist() == [3, 1]
    assert np.isnan(dataset.column("fps")).tolist() == [False, True]
    assert dataset.glosses == ("hello", "no")
    assert empty(tmp_path / "none").column("gloss").tolist() == []


@given(st.lists(st.tuples(st.text(max_size=3), st.none() | st.text(max_size=3)), max_size=9), st.data())
def test_samples_are_a_sequence_like_any_other(rows: list[tuple[str, str | None]], data: st.DataObject) -> None:
    plain = [Sample(str(place), gloss, signer) for place, (gloss, signer) in enumerate(rows)]
    held = Samples.of(plain)
    assert held == plain
    assert list(held) == plain
    assert held + held == plain + plain
    begin, end = data.draw(st.integers(-9, 9)), data.draw(st.integers(-9, 9))
    assert held[begin:end] == plain[begin:end]
    if -len(plain) <= begin < len(plain):
        assert held[begin] == plain[begin]
    else:
        with pytest.raises(IndexError):
            held[begin]
        with pytest.raises(IndexError):
            held.take([begin])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "dataset.json").unlink(), "is not a dataset"),
        (lambda folder: (folder / "dataset.json").write_text("{"), "not valid JSON"),
        (lambda folder: (folder / "dataset.json").write_text("{}"), "name: Field required"),
        (lambda folder: (folder / "samples.parquet").write_bytes(b""), "cannot be read as a table"),
        (lambda folder: (folder / "samples.parquet").unlink(), "no samples.parquet"),
        (lambda folder: (folder / "landmarks.npy").unlink(), "no landmarks.npy"),
        (lambda folder: (folder / "landmarks.npy").write_bytes(b"not an array"), "not a readable array"),
        (lambda folder: np.save(folder / "landmarks.npy", np.zeros((3, 42, 3))), "expected float16"),
        (lambda folder: np.save(folder / "landmarks.npy", np.zeros((1, 42, 3), np.float16)), "too few for sample a"),
        (lambda folder: os.truncate(folder / "landmarks.npy", 200), "not a readable array"),
        (lambda folder: table_with(folder, "gloss", None), "gloss is empty in a row"),
        (lambda folder: table_with(folder, "frames", -1), "too few for sample a"),
    ],
)
def test_a_damaged_dataset_says_what_is_wrong_in_one_line(tmp_path: Path, damage: object, message: str) -> None:
    empty(tmp_path / "toy").append([(Sample("a", "hello"), clip(3))])
    assert callable(damage)
    damage(tmp_path / "toy")
    with pytest.raises(CheremeError, match=message) as error:
        SignDataset.open(tmp_path / "toy")
    assert "\n" not in str(error.value)


def test_a_newer_format_asks_for_an_upgrade(tmp_path: Path) -> None:
    empty(tmp_path / "toy")
    file = tmp_path / "toy/dataset.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": 2}))
    with pytest.raises(CheremeError, match="upgrade chereme"):
        SignDataset.open(tmp_path / "toy")


def test_creating_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy/precious").write_text("x")
    with pytest.raises(CheremeError, match="in the way"):
        empty(tmp_path / "toy")
