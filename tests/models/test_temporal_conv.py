"""The quick network: few weights, and few steps from landmarks to an answer."""

import onnx
import pytest

from chereme.bundles.export import export_onnx
from chereme.errors import CheremeError
from chereme.landmarks import BODY, Layout
from chereme.models import build_model


def test_it_is_small() -> None:
    model = build_model("temporal_conv", BODY, 250)
    assert sum(weight.numel() for weight in model.parameters()) < 200_000


def test_from_landmarks_to_an_answer_it_takes_less_than_half_the_steps_of_one_network_of_the_shipped_architecture() -> (
    None
):
    quick = steps(export_onnx(build_model("temporal_conv", BODY, 16), len(BODY)))
    one = steps(export_onnx(build_model("conv_transformer", BODY, 16, {"views": ("flat both",)}), len(BODY)))
    assert quick < one / 2


def steps(content: bytes) -> int:
    """Nodes that are run: not those that only hold a constant."""
    return sum(node.op_type != "Constant" for node in onnx.load_from_string(content).graph.node)


def test_it_needs_both_hands() -> None:
    with pytest.raises(CheremeError, match="lack a hand: this model needs left_hand and right_hand"):
        build_model("temporal_conv", Layout(("left_hand", "pose")), 5)
