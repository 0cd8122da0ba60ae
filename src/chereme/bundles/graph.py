"""Look inside an ONNX file without running it: which operators it names, and whether it points outside itself.

ONNX is a protocol-buffer message (https://onnx.ai/onnx/repo-docs/IR.html). Only the few fields that decide are read, so
that a server can check a stranger's model without the `onnx` package.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from chereme.errors import CheremeError

STANDARD_DOMAINS = {"", "ai.onnx"}
MAX_DEPTH = 24

# Field numbers of onnx.proto3.
MODEL_GRAPH, MODEL_FUNCTIONS = 7, 25
GRAPH_NODE, GRAPH_INITIALIZER, GRAPH_SPARSE_INITIALIZER = 1, 5, 15
NODE_ATTRIBUTE, NODE_DOMAIN, NODE_OP_TYPE = 5, 7, 4
ATTRIBUTE_TENSOR, ATTRIBUTE_GRAPH, ATTRIBUTE_TENSORS, ATTRIBUTE_GRAPHS = 5, 6, 10, 11
FUNCTION_NODE, FUNCTION_DOMAIN = 7, 10
TENSOR_EXTERNAL_DATA, TENSOR_DATA_LOCATION = 13, 14


@dataclass
class GraphFacts:
    """What a model needs from outside itself."""

    foreign_operators: set[str] = field(default_factory=set)
    """Operators, as `domain.name`, that are neither standard ONNX nor defined in the file."""
    external_data: bool = False
    """Some weights lie in another file."""


def inspect_graph(content: bytes) -> GraphFacts:
    """Read the facts of a `model.onnx`. Raises CheremeError when it is not a well-formed message."""
    facts = GraphFacts()
    domains = set(STANDARD_DOMAINS)
    try:
        model = memoryview(content)
        functions = [value for number, value in _fields(model) if number == MODEL_FUNCTIONS]
        for function in functions:
            domains |= {_text(value) for number, value in _fields(_message(function)) if number == FUNCTION_DOMAIN}
        for function in functions:
            for number, value in _fields(_message(function)):
                if number == FUNCTION_NODE:
                    _read_node(_message(value), facts, domains, 0)
        for number, value in _fields(model):
            if number == MODEL_GRAPH:
                _read_graph(_message(value), facts, domains, 0)
    except (IndexError, ValueError) as error:
        raise CheremeError("model.onnx is not an ONNX file, or is damaged", code="bad_bundle") from error
    return facts


def _read_graph(graph: memoryview, facts: GraphFacts, domains: set[str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("graphs are nested too deeply")
    for number, value in _fields(graph):
        if number == GRAPH_NODE:
            _read_node(_message(value), facts, domains, depth)
        elif number == GRAPH_INITIALIZER:
            _read_tensor(_message(value), facts)
        elif number == GRAPH_SPARSE_INITIALIZER:
            for _, tensor in _fields(_message(value)):
                if isinstance(tensor, memoryview):
                    _read_tensor(tensor, facts)


def _read_node(node: memoryview, facts: GraphFacts, domains: set[str], depth: int) -> None:
    domain = operator = ""
    for number, value in _fields(node):
        if number == NODE_DOMAIN:
            domain = _text(value)
        elif number == NODE_OP_TYPE:
            operator = _text(value)
        elif number == NODE_ATTRIBUTE:
            for inner, content in _fields(_message(value)):
                if inner in (ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS):
                    _read_graph(_message(content), facts, domains, depth + 1)
                elif inner in (ATTRIBUTE_TENSOR, ATTRIBUTE_TENSORS):
                    _read_tensor(_message(content), facts)
    if domain not in domains:
        facts.foreign_operators.add(f"{domain}.{operator}")


def _read_tensor(tensor: memoryview, facts: GraphFacts) -> None:
    for number, value in _fields(tensor):
        if number == TENSOR_EXTERNAL_DATA or (number == TENSOR_DATA_LOCATION and value == 1):
            facts.external_data = True


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Field numbers and values: an int for a varint, bytes otherwise (https://protobuf.dev/programming-guides/encoding/)."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, position = _varint(message, position)
            yield number, value
            continue
        if kind == 2:
            size, position = _varint(message, position)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if position + size > len(message):
            raise ValueError("cut short")
        yield number, message[position : position + size]
        position += size


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError("a number without an end")


def _message(value: memoryview | int) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number where a message belongs")
    return value


def _text(value: memoryview | int) -> str:
    return bytes(_message(value)).decode("utf-8")
