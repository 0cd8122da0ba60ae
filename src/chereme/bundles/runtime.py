"""Start ONNX Runtime on a bundle's graph, the same way everywhere."""

from typing import TYPE_CHECKING

from chereme.errors import CheremeError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_session(onnx: bytes, name: str, threads: int) -> "InferenceSession":
    """A session on the CPU with `threads` threads; `name` is what an error calls the file.

    Deterministic kernels only: the same clip always gives the same answer. Raises CheremeError when the graph cannot be
    loaded.
    """
    import onnxruntime  # slow to import, and `chereme --help` must not wait for it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises its own, unrelated types
        raise CheremeError(f"{name} is refused: model.onnx cannot be loaded", code="bad_bundle") from error
