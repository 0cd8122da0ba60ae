"""Streams are joined from held-out clips, read as in live use, and never scored on people seen in training."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from chereme.bundles.read import Bundle, open_bundle
from chereme.bundles.write import write_bundle
from chereme.datasets import Sample, SignDataset
from chereme.datasets.samples import Samples
from chereme.errors import CheremeError
from chereme.evaluation.joined import Joiner, Span, Stream
from chereme.evaluation.streams import evaluate_streams, words_in_idle
from chereme.landmarks.layout import HANDS
from chereme.landmarks.sequence import LandmarkSequence
from chereme.recognition.events import Word

Clip = Callable[..., NDArray[np.float32]]
Fields = Callable[[], dict[str, Any]]


@pytest.fixture(scope="module")
def dataset(clip: Clip, tmp_path_factory: pytest.TempPathFactory) -> SignDataset:
    """ann signs with idle, ben without, and ben signs mirrored."""
    empty = SignDataset.create(
        tmp_path_factory.mktemp("toys"),
        name="toys",
        sign_language="ase",
        groups=HANDS.groups,
        license="CC0 1.0",
        source="https://example.org",
    )
    clips = []
    for signer, glosses in (("ann", ["-", "up", "near", "away"]), ("ben", ["up", "near", "away"])):
        for gloss in glosses:
            for take in range(3):
                sequence = LandmarkSequence(clip(gloss, seed=take), HANDS)
                sample = Sample(f"{signer}-{gloss}-{take}", gloss, signer, f"{signer} {take}")
                clips.append((sample, sequence if signer == "ann" else sequence.mirror()))
    return empty.append(clips)


@pytest.fixture(scope="module")
def folds(fields: Fields, toy_onnx: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bundle]:
    """A bundle for each held-out signer."""
    folder = tmp_path_factory.mktemp("folds")
    for signer in ("ann", "ben"):
        split = {"kind": "held-out", "by": "signer", "held_out": [signer], "train_ids_sha256": "0" * 64}
        write_bundle(folder / f"{signer}.chereme", fields() | {"split": split}, toy_onnx, "card", {})
    return {signer: open_bundle(folder / f"{signer}.chereme") for signer in ("ann", "ben")}


def joiner(dataset: SignDataset, bundle: Bundle, signer: str) -> Joiner:
    indices = [index for index, sample in enumerate(dataset.samples) if sample.signer == signer]
    return Joiner(dataset, indices, bundle.manifest, np.random.default_rng(0))


def test_a_stream_is_words_with_idle_around_each(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    stream = joiner(dataset, folds["ann"], "ann").stream(5)
    glosses = [span.gloss for span in stream.spans]
    assert len(stream.reference) == 5
    assert glosses[0] is None
    assert glosses[-1] is None
    assert all(not (one and two) for one, two in pairwise(glosses))
    assert len(stream.times) == len(stream.points)
    assert np.allclose(np.diff(stream.times), 1000 / 15)
    assert stream.spans[-1].end == pytest.approx(stream.times[-1] + 1000 / 15)


def test_without_idle_clips_the_hands_are_out_of_view(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    made = joiner(dataset, folds["ben"], "ben")
    stream = made.stream(3)
    assert not made.real_idle
    assert list(made.idle_streams()) == []
    gaps = [span for span in stream.spans if span.gloss is None]
    inside = (stream.times >= gaps[0].start) & (stream.times < gaps[0].end)
    assert np.isnan(stream.points[inside]).all()


def test_idle_streams_hold_every_idle_clip_once(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    (stream,) = joiner(dataset, folds["ann"], "ann").idle_streams()
    assert stream.reference == ()
    assert stream.idle_minutes == pytest.approx(3 * 20 / 15 / 60)


def test_a_good_model_makes_no_errors(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    report = evaluate_streams(dataset, list(folds.values()), streams=4, words=5).as_dict()
    assert (report["words"], report["wer"], report["interval_95"]) == (40, 0.0, (0.0, 0.0))
    assert report["false_words"] == 0
    assert report["seen"] is False
    assert [(group["group"], group["gaps"]) for group in report["groups"]] == [
        ("ann", "idle"),
        ("ben", "hands out of view"),
    ]
    assert report["groups"][0]["false_words_per_idle_minute"] == 0.0
    assert report["groups"][1]["false_words_per_idle_minute"] is None


def test_of_people_who_only_idle_false_words_are_counted(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    only_idle = dataset.select(
        index for index, sample in enumerate(dataset.samples) if sample.signer == "ben" or sample.gloss == "-"
    )
    report = evaluate_streams(only_idle, list(folds.values()), streams=2).as_dict()
    ann, ben = report["groups"]
    assert (ann["words"], ann["false_words_per_idle_minute"]) == (0, 0.0)
    assert ann["idle_minutes"] == pytest.approx(3 * 20 / 15 / 60)
    assert (ben["words"], report["worst_group"]) == (10, "ben")
    with pytest.raises(CheremeError, match="no sign of these signers that the bundles know"):
        evaluate_streams(only_idle, [folds["ann"]], streams=1)


def test_the_same_seed_gives_the_same_report(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    one, two = (evaluate_streams(dataset, [folds["ann"]], streams=3, seed=5).as_dict() for _ in range(2))
    assert one == two


def test_each_bundle_scores_only_whom_it_has_not_seen(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    report = evaluate_streams(dataset, [folds["ben"]], streams=1)
    assert [group.group for group in report.groups] == ["ben"]


def with_split(bundle: Bundle, **split: Any) -> Bundle:
    changed = bundle.manifest.model_copy(update={"split": bundle.manifest.split.model_copy(update=split)})
    return Bundle(bundle.path, changed, bundle.members)


@pytest.mark.parametrize("split", [{"kind": "all"}, {"held_out": ("carl",)}, {"by": "session", "held_out": ("ann 0",)}])
def test_a_bundle_that_has_seen_everyone_is_refused(
    dataset: SignDataset, folds: dict[str, Bundle], split: dict[str, Any]
) -> None:
    bundle = with_split(folds["ann"], **split)
    with pytest.raises(CheremeError, match="--allow-seen") as caught:
        evaluate_streams(dataset, [bundle], streams=1)
    assert caught.value.code == "seen_in_training"
    report = evaluate_streams(dataset, [bundle], streams=1, allow_seen=True).as_dict()
    assert report["seen"] is True
    assert all(group["seen"] for group in report["groups"])


def test_a_dataset_that_the_bundle_does_not_name_was_not_seen(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    others = replace(dataset, description=dataset.description.model_copy(update={"name": "others"}))
    report = evaluate_streams(others, [with_split(folds["ann"], kind="all")], streams=1)
    assert [(group.group, group.seen) for group in report.groups] == [("ann", False), ("ben", False)]


def test_the_clips_that_trained_a_bundle_are_known_by_their_ids(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    merged = replace(dataset, description=dataset.description.model_copy(update={"name": "merged"}))
    ids = hashlib.sha256("\n".join(sorted(sample.id for sample in merged.samples)).encode()).hexdigest()
    with pytest.raises(CheremeError, match="their ids are those that it was trained on"):
        evaluate_streams(merged, [with_split(folds["ann"], kind="all", train_ids_sha256=ids)], streams=1)


def test_sessions_count_where_signers_are_unknown(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    nameless = replace(dataset, samples=Samples.of(replace(sample, signer=None) for sample in dataset.samples))
    bundle = with_split(folds["ann"], by="session", held_out=("ben 1",))
    report = evaluate_streams(nameless, [bundle], streams=1)
    assert [(report.by, group.group) for group in report.groups] == [("session", "ben 1")]


def test_two_bundles_for_one_group_are_refused(dataset: SignDataset, folds: dict[str, Bundle]) -> None:
    with pytest.raises(CheremeError, match="both hold out"):
        evaluate_streams(dataset, [folds["ann"], folds["ann"]], streams=1)


def test_words_in_idle_touch_no_sign() -> None:
    spans = (Span(None, 0, 1000), Span("up", 1000, 2000), Span(None, 2000, 3000))
    stream = Stream(np.zeros(0), np.zeros((0, 42, 3), dtype=np.float32), spans)
    said = [Word(number, "up", "up", 0.9, *when) for number, when in enumerate([(100, 900), (900, 1500), (2100, 2500)])]
    assert words_in_idle(stream, said) == 2


def test_the_command_prints_and_writes(dataset: SignDataset, folds: dict[str, Bundle], tmp_path: Path) -> None:
    from chereme.cli.main import app

    out = tmp_path / "out.json"
    paths = [argument for bundle in folds.values() for argument in ("-b", str(bundle.path))]
    result = CliRunner().invoke(
        app, ["evaluate-stream", str(dataset.path), *paths, "--streams", "1", "--json", str(out)]
    )
    assert result.exit_code == 0, result.output
    assert "WER" in result.output
    assert json.loads(out.read_text())["words"] == 10
