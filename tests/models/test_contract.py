"""What every architecture keeps, whoever wrote it: the registry's promise to training, export and the server."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from chereme.bundles.export import export_onnx
from chereme.landmarks import BODY, HANDS
from chereme.landmarks.layout import Layout
from chereme.models import MODELS, build_model

SMALL: dict[str, dict[str, Any]] = {
    "conv_transformer": {
        "moments": 8,
        "width": 32,
        "hand_width": 32,
        "stages": 1,
        "views": ("flat plain", "solid both"),
    },
    "embedding_transformer": {"positions": 8, "width": 64},
    "key_frame": {"steps": 60, "frame_widths": (64,), "widths": (64,), "moments": 8},
    "lstm": {"moments": 10, "widths": (48, 64), "dense": 48},
    "nearest": {"exemplars": 6},
    "random_forest": {"trees": 40},
    "skeleton_graph": {"moments": 10, "widths": (24, 48)},
    "skeleton_video": {"moments": 8, "side": 32, "tubelet": (4, 8, 8), "width": 48, "layers": 2, "heads": 2},
    "spoter": {"moments": 10, "layers": 2, "feed": 128},
}
"""Options with which an architecture is quick to train; the others are quick as they are."""

BY_NAME = pytest.mark.parametrize("name", MODELS)
BY_LAYOUT = pytest.mark.parametrize("layout", [HANDS, BODY], ids=["hands", "body"])


@BY_NAME
@BY_LAYOUT
def test_any_number_of_glosses_and_frames_is_answered(name: str, layout: Layout) -> None:
    for classes, frames in ((3, 1), (300, 5), (3, 300)):
        model = build_model(name, layout, classes).eval()
        with torch.no_grad():
            logits, embedding = model(torch.rand(2, frames, len(layout), 3))
        assert logits.shape == (2, classes)
        assert len(embedding) == 2
        assert torch.isfinite(logits).all()


@BY_NAME
@BY_LAYOUT
def test_gaps_and_clips_without_anybody_give_finite_numbers(name: str, layout: Layout) -> None:
    model = build_model(name, layout, 3, SMALL.get(name)).eval()
    clips = torch.rand(4, 12, len(layout), 3)
    clips[0] = torch.nan
    clips[1, ::2] = torch.nan
    clips[2, :, layout.slices["left_hand"]] = torch.nan
    clips[3, 4:, layout.slices["right_hand"]] = torch.nan
    logits, embedding = model(clips)
    assert torch.isfinite(logits).all()
    assert torch.isfinite(embedding).all()


@BY_NAME
def test_the_same_clip_gives_the_same_answer_alone_and_in_a_batch_and_twice(name: str) -> None:
    model = build_model(name, BODY, 5, SMALL.get(name)).eval()
    clips = torch.rand(4, 20, len(BODY), 3)
    with torch.no_grad():
        logits, _ = model(clips)
        assert torch.equal(logits, model(clips)[0])
        assert torch.allclose(logits[:1], model(clips[:1])[0], atol=1e-5)


@BY_NAME
@BY_LAYOUT
@torch.no_grad()
def test_place_and_size_in_the_picture_do_not_matter(name: str, layout: Layout, toys: Callable[..., Any]) -> None:
    torch.manual_seed(0)
    model = build_model(name, layout, 5, SMALL.get(name)).eval()
    clips = toys(layout)[0][::4]
    logits, _ = model(clips)
    for scale, right, down in ((0.5, 0.3, -0.2), (2.0, -0.4, 0.1)):
        moved, _ = model(clips * scale + torch.tensor([right, down, 0.0]))
        assert torch.allclose(logits, moved, atol=1e-4)


@BY_NAME
@BY_LAYOUT
def test_it_learns_the_toy_signs_and_recognises_them_by_another_signer(
    name: str, layout: Layout, train: Callable[..., Any]
) -> None:
    assert train(name, layout, SMALL.get(name)).correct > 0.95


@BY_NAME
def test_it_exports_and_answers_the_same_everywhere(name: str) -> None:
    assert export_onnx(build_model(name, HANDS, 5, SMALL.get(name)), len(HANDS), lengths=(5, 40))
