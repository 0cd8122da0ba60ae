"""`model.tflite` answers as `model.onnx` does, and golden clips are the same for everybody."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from chereme.bundles.export import difference, trial_clips
from chereme.bundles.golden import GOLDEN_CLIPS, golden_clips
from chereme.bundles.read import open_bundle
from chereme.bundles.shipped import shipped_bundles
from chereme.bundles.tflite import TOLERANCE, TfliteModel, compare_tflite
from chereme.bundles.write import write_bundle
from chereme.errors import CheremeError
from chereme.features.resample import FillAndResample
from chereme.landmarks.layout import HANDS
from chereme.landmarks.sequence import LandmarkSequence

Fields = Callable[[], dict[str, Any]]
Clip = Callable[..., NDArray[np.float32]]

TOY = Path(__file__).parents[1] / "data/networks/toy.tflite"


def test_golden_clips_are_the_same_for_everybody_and_fit_the_network(toy_bundle: Path) -> None:
    bundle = open_bundle(toy_bundle)
    clips, again = golden_clips(bundle), golden_clips(open_bundle(toy_bundle))
    assert len(clips) == GOLDEN_CLIPS
    assert all(np.array_equal(one, two, equal_nan=True) for one, two in zip(clips, again, strict=True))
    for clip in clips:
        assert bundle.manifest.min_frames <= len(clip) <= bundle.manifest.max_frames
        assert not np.isnan(clip[[0, -1]]).all(axis=(1, 2)).any()


def test_golden_clips_begin_with_the_exemplars(toy_bundle: Path) -> None:
    bundle = open_bundle(toy_bundle)
    expected = bundle.exemplars["up"].points * np.array([bundle.manifest.aspect, 1.0, 1.0], dtype=np.float32)
    np.testing.assert_allclose(golden_clips(bundle)[0], expected, rtol=1e-6)


def test_a_bundle_without_exemplars_has_no_golden_clips(fields: Fields, toy_onnx: bytes, tmp_path: Path) -> None:
    write_bundle(tmp_path / "toy", fields(), toy_onnx, "card", {})
    assert golden_clips(open_bundle(tmp_path / "toy")) == []


@pytest.mark.parametrize("frames", [2, 5, 20])
def test_padding_changes_nothing_of_what_is_read(frames: int) -> None:
    resample = FillAndResample(HANDS, 8)
    clips = torch.from_numpy(trial_clips(5, frames, len(HANDS)))
    expected = resample(clips)
    resample.padded = True
    nothing = torch.full((5, 9, len(HANDS), 3), torch.nan)
    for one, two in zip(expected, resample(torch.cat([clips, nothing], dim=1)), strict=True):
        assert torch.equal(one, two)


@pytest.fixture
def toy_tflite() -> bytes:
    """The toy model as it was converted once: the converter wants an environment of its own, the runtime does not."""
    pytest.importorskip("ai_edge_litert", reason="the runtime is not installed")
    return TOY.read_bytes()


@pytest.fixture
def toy_for_phones(toy_tflite: bytes, toy_onnx: bytes, fields: Fields, clip: Clip, tmp_path: Path) -> Path:
    """A bundle that holds the toy model for phones too."""
    exemplars = {gloss: LandmarkSequence(clip(gloss), HANDS, 15.0, 1.5) for gloss in ("up", "near", "away")}
    write_bundle(tmp_path / "toy", fields(), toy_onnx, "card", exemplars, toy_tflite)
    return tmp_path / "toy"


def test_it_answers_as_onnx_does(toy_for_phones: Path) -> None:
    assert compare_tflite(open_bundle(toy_for_phones)) < 1e-5


def test_one_that_answers_otherwise_is_refused(toy_for_phones: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = TfliteModel.run

    def wrong(model: TfliteModel, clip: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits, embedding = right(model, clip)
        return logits + np.array([0.1, 0, 0, 0], dtype=np.float32), embedding

    monkeypatch.setattr(TfliteModel, "run", wrong)
    with pytest.raises(CheremeError, match="differ by"):
        compare_tflite(open_bundle(toy_for_phones))


@pytest.mark.parametrize("name", shipped_bundles())
def test_networks_that_ship_answer_alike(name: str) -> None:
    bundle = open_bundle(shipped_bundles()[name])
    if "model.tflite" not in bundle.members:
        pytest.skip(f"{name} ships without a network for phones")
    pytest.importorskip("ai_edge_litert", reason="the runtime is not installed")
    assert compare_tflite(bundle) <= TOLERANCE


def test_the_converter_gives_the_network_that_is_kept_here(toy_module: Any, toy_tflite: bytes, clip: Clip) -> None:
    pytest.importorskip("litert_torch", reason="the converter is not installed")
    from chereme.bundles.export_tflite import export_tflite

    converted = TfliteModel(export_tflite(toy_module, len(HANDS), 64), "converted")
    kept = TfliteModel(toy_tflite, "kept")
    for gloss in ("up", "near", "away"):
        assert difference(converted.run(clip(gloss)), kept.run(clip(gloss))) < 1e-5


def test_a_network_of_other_frames_is_refused(
    toy_tflite: bytes, toy_onnx: bytes, fields: Fields, clip: Clip, tmp_path: Path
) -> None:
    exemplars = {"up": LandmarkSequence(clip("near"), HANDS, 15.0, 1.5)}
    short = fields() | {"max_frames": 32}
    write_bundle(tmp_path / "toy", short, toy_onnx, "card", exemplars, toy_tflite)
    with pytest.raises(CheremeError, match="reads 64 frames"):
        compare_tflite(open_bundle(tmp_path / "toy"))


def test_what_is_no_network_is_refused() -> None:
    pytest.importorskip("ai_edge_litert", reason="the runtime is not installed")
    with pytest.raises(CheremeError, match="cannot be loaded"):
        TfliteModel(b"not a network", "toy")
