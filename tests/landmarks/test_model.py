import hashlib
from pathlib import Path

import pytest

from chereme.errors import CheremeError
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.model import MODEL_PATH, MODEL_SHA256, read_model


def test_the_shipped_model_is_the_one_in_the_code() -> None:
    assert hashlib.sha256(MODEL_PATH.read_bytes()).hexdigest() == MODEL_SHA256
    assert read_model() == MODEL_PATH.read_bytes()


def test_an_altered_model_is_refused_in_one_line(tmp_path: Path) -> None:
    altered = tmp_path / "holistic.task"
    altered.write_bytes(MODEL_PATH.read_bytes()[:-1] + b"?")
    with pytest.raises(CheremeError, match=r"is not the one chereme was built with .*: reinstall chereme") as refused:
        Extractor(model=altered)
    assert refused.value.code == "model_altered"
    assert "\n" not in str(refused.value)


def test_a_missing_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match=r"cannot be read \(No such file or directory\): reinstall chereme"):
        read_model(tmp_path / "holistic.task")
