"""What a bundle's network costs and how it answers in other runtimes and in smaller numbers.

    python -m benchmarks.parity BUNDLE [--run RUN] [--rounds 3] [--json]

Torch (of the run that the bundle was built from), ONNX Runtime and LiteRT (of a bundle built with `--tflite`) are held
against `model.onnx` on the bundle's golden clips: with weights of 32 bits, of 16, and of 8, where what they are
multiplied by is rounded to 8 bits as it comes. One clip at a time, on one thread; times are of the processor and not of
the clock, so that a busy machine says nearly the same. They take turns; of the rounds the median counts. What is not
installed is left out, with a line that says so.
"""

import argparse
import importlib.util
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.export import quiet
from chereme.bundles.golden import golden_clips, shares
from chereme.bundles.read import Bundle, open_bundle
from chereme.bundles.runtime import open_session
from chereme.bundles.shipped import find_bundle
from chereme.bundles.tflite import TfliteModel, tflite_runtime_installed

Clip = NDArray[np.float32]
Ask = Callable[[Clip], Clip]
"""A clip [frames, points, 3] → logits [glosses]."""

SMALL = 256
"""Weights with fewer numbers stay as they are: they cost nothing, and often decide much."""


@dataclass(frozen=True)
class Variant:
    """`top1` is the share of golden clips on which it names the gloss that `model.onnx` names, `apart` the largest
    difference of a probability."""

    name: str
    megabytes: float | None
    ms: float
    top1: float
    apart: float


def measure(bundle: Bundle, run: Path | None, rounds: int) -> list[Variant]:
    """`model.onnx` first."""
    clips, temperature = golden_clips(bundle), bundle.manifest.temperature
    forms = {**onnx_forms(bundle.onnx), **tflite_forms(bundle)}
    asks = {name: _opened(name, content) for name, content in forms.items()}
    if run is not None:
        asks["torch float32"] = _torch(run, bundle)
    answers = {name: [shares(ask(clip), temperature) for clip in clips] for name, ask in asks.items()}
    expected = np.stack(answers["ONNX float32"])
    times: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(rounds):
        for name, ask in asks.items():
            times[name].append(_milliseconds(ask, clips))
    return [
        Variant(
            name,
            round(len(forms[name]) / 1e6, 2) if name in forms else None,
            round(statistics.median(times[name]), 2),
            float((np.stack(got).argmax(axis=1) == expected.argmax(axis=1)).mean()),
            float(np.abs(np.stack(got) - expected).max()),
        )
        for name, got in answers.items()
    ]


def onnx_forms(content: bytes) -> dict[str, bytes]:
    if importlib.util.find_spec("onnx") is None:
        return {"ONNX float32": content} | _without("ONNX float16 and int8", "onnx is not installed")
    return {"ONNX float32": content, "ONNX float16": halved(content), "ONNX int8": onnx_int8(content)}


def halved(content: bytes) -> bytes:
    """A graph whose weights are stored with 16 bits, and brought back to 32 as it is loaded."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load_from_string(content)
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type == TensorProto.FLOAT and math.prod(weight.dims) >= SMALL:
            name = weight.name
            half = numpy_helper.to_array(weight).astype(np.float16)
            weight.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
            casts.append(helper.make_node("Cast", [weight.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    half_as_large: bytes = model.SerializeToString()
    return half_as_large


def onnx_int8(content: bytes) -> bytes:
    """Multiplications by weights with 8 bits; convolutions have few weights and stay as they are."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder, quiet():
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        whole.write_bytes(content)
        quantize_dynamic(whole, small, op_types_to_quantize=["MatMul", "Gemm"], weight_type=QuantType.QInt8)
        return small.read_bytes()


def tflite_forms(bundle: Bundle) -> dict[str, bytes]:
    if "model.tflite" not in bundle.members:
        return _without("TFLite", "the bundle has no model.tflite: build it with --tflite")
    if not tflite_runtime_installed():
        return _without("TFLite", "ai-edge-litert is not installed")
    content = bundle.read("model.tflite")
    forms = {"TFLite float32": content, "TFLite float16": tflite_halved(content)}
    if importlib.util.find_spec("ai_edge_quantizer") is None:
        return forms | _without("TFLite int8", "ai-edge-quantizer is not installed")
    return forms | {"TFLite int8": tflite_int8(content)}


def tflite_halved(content: bytes) -> bytes:
    """The same in the file of the other runtime; its own quantizer cannot store what a batch is multiplied by so."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(content, 0)
    (graph,) = model.subgraphs
    back = schema.OperatorCodeT()
    back.builtinCode = back.deprecatedBuiltinCode = schema.BuiltinOperator.DEQUANTIZE
    model.operatorCodes.append(back)
    for place, weight in enumerate(list(graph.tensors)):
        data = model.buffers[weight.buffer].data
        if weight.type != schema.TensorType.FLOAT32 or data is None or len(data) < 4 * SMALL:
            continue
        half, buffer, cast = schema.TensorT(), schema.BufferT(), schema.OperatorT()
        buffer.data = np.frombuffer(data.view(np.float32).astype(np.float16).tobytes(), dtype=np.uint8)
        half.name, half.shape, half.type = weight.name + b".half", weight.shape, schema.TensorType.FLOAT16
        half.buffer, weight.buffer = len(model.buffers), 0
        cast.inputs, cast.outputs = [len(graph.tensors)], [place]
        cast.opcodeIndex = len(model.operatorCodes) - 1
        model.buffers.append(buffer)
        graph.tensors.append(half)
        graph.operators.insert(0, cast)
    read = {tensor.buffer for tensor in graph.tensors} | {each.buffer for each in model.metadata or []}
    for place, buffer in enumerate(model.buffers):
        if place not in read:
            buffer.data = None
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def tflite_int8(content: bytes) -> bytes:
    from ai_edge_quantizer import quantizer, recipe

    with quiet():
        small = quantizer.Quantizer(bytearray(content), recipe.dynamic_wi8_afp32()).quantize().quantized_model
    return bytes(small)


def table(variants: list[Variant]) -> str:
    lines = ["| | MB | ms a clip | same first gloss | largest difference |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {each.name} | {'' if each.megabytes is None else each.megabytes} | {each.ms:.1f} | {each.top1:.0%} | "
        f"{each.apart:.0e} |"
        for each in variants
    ]
    return "\n".join(lines)


def _opened(name: str, content: bytes) -> Ask:
    if name.startswith("TFLite"):
        model = TfliteModel(content, name)
        return lambda clip: model.run(clip)[0]
    session = open_session(content, name, threads=1)

    def ask(clip: Clip) -> Clip:
        logits: Clip = session.run(["logits"], {"landmarks": clip[None]})[0][0]
        return logits

    return ask


def _torch(run: Path, bundle: Bundle) -> Ask:
    import torch

    from chereme.training.run import Run

    loaded = Run.load(run)
    if loaded.weights_sha256 != bundle.manifest.weights_sha256:
        raise SystemExit(f"{bundle.path.name} was not built from {run}")
    torch.set_num_threads(1)
    module = loaded.model.eval()

    def ask(clip: Clip) -> Clip:
        with torch.inference_mode():
            logits: Clip = module(torch.from_numpy(clip[None]))[0][0].numpy()
        return logits

    return ask


def _milliseconds(ask: Ask, clips: list[Clip]) -> float:
    """Of the processor for one clip, median."""
    took = []
    for clip in clips:
        began = time.process_time()
        ask(clip)
        took.append((time.process_time() - began) * 1e3)
    return statistics.median(took)


def _without(what: str, because: str) -> dict[str, bytes]:
    print(f"without {what}: {because}", file=sys.stderr)
    return {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="?", default="asl-words", help="bundle, by path or name")
    parser.add_argument("--run", type=Path, help="the training run that it was built from")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="figures for a program")
    wanted = parser.parse_args()
    variants = measure(open_bundle(find_bundle(wanted.bundle)), wanted.run, wanted.rounds)
    print(json.dumps([asdict(each) for each in variants]) if wanted.json else table(variants))


if __name__ == "__main__":
    main()
