"""Assemble holistic.task, the one landmark model file that Python and the browser share.

The tflite files come from the mediapipe 0.10.21 wheel (Apache-2.0), the last wheel that carries them. Run in a
throw-away environment, because 0.10.21 pins numpy<2 and protobuf<5:

    python3.11 -m venv task-builder && task-builder/bin/pip install mediapipe==0.10.21
    task-builder/bin/python tools/build_holistic_task.py src/chereme/landmarks/holistic.task

The result is byte-identical from run to run (about 16.5 MB); its digest, printed at the end, is MODEL_SHA256 in
src/chereme/landmarks/model.py. Four things make the old files acceptable to the Tasks API:

- pose and hand-recrop models get the input-normalisation metadata that Tasks requires;
- the 468-point face mesh is padded to the 478 points that Tasks reads (the ten iris points are zeros: ignore them);
- Python insists on a face_blendshapes model even when blendshapes are off: a minimal one (146x2 in, 52 out) is built;
- members are stored uncompressed and aligned.
"""

import hashlib
import sys
import zipfile
from pathlib import Path
from typing import Any

import flatbuffers
import mediapipe
import numpy as np
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as schema
from mediapipe.tasks.python.metadata import metadata
from mediapipe.tasks.python.metadata.metadata_writers.model_asset_bundle_utils import AlignZipFile

MODULES = Path(mediapipe.__file__).parent / "modules"


def wheel_model(path: str) -> bytes:
    return (MODULES / path).read_bytes()


def with_input_normalisation(model: bytes, outputs: int) -> bytes:
    """Declare RGB input scaled to 0..1 (mean 0, std 255)."""
    tensor = metadata_schema.TensorMetadataT()
    tensor.name = "image"
    tensor.content = metadata_schema.ContentT()
    tensor.content.contentPropertiesType = metadata_schema.ContentProperties.ImageProperties
    tensor.content.contentProperties = metadata_schema.ImagePropertiesT()
    tensor.content.contentProperties.colorSpace = metadata_schema.ColorSpaceType.RGB
    unit = metadata_schema.ProcessUnitT()
    unit.optionsType = metadata_schema.ProcessUnitOptions.NormalizationOptions
    unit.options = metadata_schema.NormalizationOptionsT()
    unit.options.mean, unit.options.std = [0.0], [255.0]
    tensor.processUnits = [unit]
    tensor.stats = metadata_schema.StatsT()
    tensor.stats.max, tensor.stats.min = [1.0], [0.0]
    graph = metadata_schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [tensor]
    graph.outputTensorMetadata = [metadata_schema.TensorMetadataT() for _ in range(outputs)]
    described = metadata_schema.ModelMetadataT()
    described.name = "model"
    described.subgraphMetadata = [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(described.Pack(builder), metadata.MetadataPopulator.METADATA_FILE_IDENTIFIER)
    populator = metadata.MetadataPopulator.with_model_buffer(bytearray(model))
    populator.load_metadata_buffer(builder.Output())
    populator.populate()
    return bytes(populator.get_model_buffer())


def packed(model: Any) -> bytes:
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def face_padded_to_478(model_bytes: bytes) -> bytes:
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(model_bytes, 0))
    graph = model.subgraphs[0]
    mesh = next(i for i in graph.outputs if graph.tensors[i].shape[-1] == 468 * 3)
    presence = next(i for i in graph.outputs if i != mesh)
    concatenation = schema.OperatorCodeT()
    concatenation.builtinCode = concatenation.deprecatedBuiltinCode = schema.BuiltinOperator.CONCATENATION
    concatenation.version = 1
    model.operatorCodes.append(concatenation)
    zeros = schema.BufferT()
    zeros.data = np.zeros(30, np.float32).view(np.uint8)
    model.buffers.append(zeros)

    def tensor(name: str, size: int, buffer: int) -> int:
        added = schema.TensorT()
        added.name, added.shape, added.type, added.buffer = name, [1, 1, 1, size], schema.TensorType.FLOAT32, buffer
        graph.tensors.append(added)
        return len(graph.tensors) - 1

    iris, padded = tensor("iris", 30, len(model.buffers) - 1), tensor("mesh478", 478 * 3, 0)
    operator = schema.OperatorT()
    operator.opcodeIndex = len(model.operatorCodes) - 1
    operator.inputs, operator.outputs = [mesh, iris], [padded]
    options = schema.ConcatenationOptionsT()
    options.axis, options.fusedActivationFunction = 3, 0
    operator.builtinOptionsType, operator.builtinOptions = schema.BuiltinOptions.ConcatenationOptions, options
    graph.operators.append(operator)
    graph.outputs = [padded, presence]
    model.metadata = model.metadataBuffer = None
    return with_input_normalisation(packed(model), 2)


def minimal_blendshapes() -> bytes:
    """The smallest valid (1, 146, 2) -> (1, 52) model: reshape to 292 values, keep the first 52."""

    def data(values: list[int]) -> Any:
        buffer = schema.BufferT()
        buffer.data = np.asarray(values, np.int32).view(np.uint8)
        return buffer

    def tensor(name: str, shape: list[int], kind: int, buffer: int) -> Any:
        added = schema.TensorT()
        added.name, added.shape, added.type, added.buffer = name, shape, kind, buffer
        return added

    def code(builtin: int) -> Any:
        added = schema.OperatorCodeT()
        added.builtinCode = added.deprecatedBuiltinCode = builtin
        added.version = 1
        return added

    def operator(index: int, inputs: list[int], outputs: list[int], kind: int, options: Any) -> Any:
        added = schema.OperatorT()
        added.opcodeIndex, added.inputs, added.outputs = index, inputs, outputs
        added.builtinOptionsType, added.builtinOptions = kind, options
        return added

    f32, i32 = schema.TensorType.FLOAT32, schema.TensorType.INT32
    graph = schema.SubGraphT()
    graph.tensors = [
        tensor("landmarks", [1, 146, 2], f32, 0),
        tensor("shape", [2], i32, 1),
        tensor("flat", [1, 292], f32, 0),
        tensor("begin", [2], i32, 2),
        tensor("size", [2], i32, 3),
        tensor("blendshapes", [1, 52], f32, 0),
    ]
    reshape = schema.ReshapeOptionsT()
    reshape.newShape = [1, 292]
    graph.inputs, graph.outputs = [0], [5]
    graph.operators = [
        operator(0, [0, 1], [2], schema.BuiltinOptions.ReshapeOptions, reshape),
        operator(1, [2, 3, 4], [5], schema.BuiltinOptions.SliceOptions, schema.SliceOptionsT()),
    ]
    model = schema.ModelT()
    model.version = 3
    model.operatorCodes = [code(schema.BuiltinOperator.RESHAPE), code(schema.BuiltinOperator.SLICE)]
    model.subgraphs = [graph]
    model.buffers = [schema.BufferT(), data([1, 292]), data([0, 0]), data([1, 52])]
    return packed(model)


def main(output: Path) -> None:
    members = {
        "face_blendshapes.tflite": minimal_blendshapes(),
        "face_detector.tflite": wheel_model("face_detection/face_detection_short_range.tflite"),
        "face_landmarks_detector.tflite": face_padded_to_478(wheel_model("face_landmark/face_landmark.tflite")),
        "hand_landmarks_detector.tflite": wheel_model("hand_landmark/hand_landmark_full.tflite"),
        "hand_roi_refinement.tflite": with_input_normalisation(wheel_model("holistic_landmark/hand_recrop.tflite"), 1),
        "pose_detector.tflite": wheel_model("pose_detection/pose_detection.tflite"),
        "pose_landmarks_detector.tflite": with_input_normalisation(
            wheel_model("pose_landmark/pose_landmark_full.tflite"), 5
        ),
    }
    with AlignZipFile(str(output), mode="w", alignment=4) as bundle:
        for name, content in members.items():
            bundle.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    print(f"{hashlib.sha256(output.read_bytes()).hexdigest()}  {output}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
