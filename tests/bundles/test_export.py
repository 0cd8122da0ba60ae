"""Export refuses what would not be the same everywhere."""

from pathlib import Path
from typing import Any

import pytest

from chereme.bundles.export import export_onnx
from chereme.bundles.graph import inspect_graph
from chereme.errors import CheremeError
from chereme.landmarks.layout import HANDS


def test_the_graph_is_plain_onnx_in_one_piece(toy_onnx: bytes) -> None:
    facts = inspect_graph(toy_onnx)
    assert facts.foreign_operators == set()
    assert not facts.external_data


def test_no_file_and_no_folder_of_the_machine_is_named_in_it(toy_onnx: bytes) -> None:
    assert b".py" not in toy_onnx
    assert str(Path(__file__).parents[2]).encode() not in toy_onnx


def test_a_model_that_answers_gaps_with_nan_is_refused() -> None:
    import torch

    class Careless(torch.nn.Module):
        def forward(self, landmarks: Any) -> tuple[Any, Any]:
            flat = landmarks.mean(dim=1).flatten(1)
            return flat[:, :4], flat

    with pytest.raises(CheremeError, match="not finite"):
        export_onnx(Careless(), len(HANDS), lengths=(5,))


def test_a_small_number_that_guards_a_division_survives() -> None:
    import torch

    class Guarded(torch.nn.Module):
        def forward(self, landmarks: Any) -> tuple[Any, Any]:
            total = torch.nan_to_num(landmarks).mean(dim=(1, 2))
            return total / torch.sqrt((total * total).sum(dim=-1, keepdim=True) + 1e-10), total

    assert export_onnx(Guarded(), len(HANDS), lengths=(5,))


def model(domain: str = "", external: bool = False) -> bytes:
    import onnx
    from onnx import TensorProto, helper

    weight = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])
    if external:
        weight.ClearField("float_data")
        weight.data_location = TensorProto.EXTERNAL
        weight.external_data.add(key="location", value="/etc/passwd")
    inner = helper.make_graph([helper.make_node("Spy", [], ["s"], domain=domain)], "inner", [], [])
    nodes = [
        helper.make_node("Add", ["x", "w"], ["y"]),
        helper.make_node("If", ["x"], ["z"], then_branch=inner, else_branch=inner),
    ]
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    graph = helper.make_graph(nodes, "g", [value], [value], initializer=[weight])
    built: onnx.ModelProto = helper.make_model(graph)
    content: bytes = built.SerializeToString()
    return content


def test_an_operator_of_ones_own_is_found_however_deep() -> None:
    assert inspect_graph(model()).foreign_operators == set()
    assert inspect_graph(model(domain="evil")).foreign_operators == {"evil.Spy"}


def test_weights_in_another_file_are_found() -> None:
    assert not inspect_graph(model()).external_data
    assert inspect_graph(model(external=True)).external_data


@pytest.mark.parametrize("content", [b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x3a\x10ab", b"\xff" * 40])
def test_bytes_that_are_no_model_are_refused(content: bytes) -> None:
    with pytest.raises(CheremeError, match="not an ONNX file"):
        inspect_graph(content)
