"""A small tree in the layout of GISLR, its points made up."""

import json
from pathlib import Path

import numpy as np
import pytest

from chereme.landmarks import HOLISTIC, LandmarkSequence
from chereme.landmarks.formats import gislr


def made_up(frames: int, seed: int) -> LandmarkSequence:
    random = np.random.default_rng(seed)
    points = random.random((frames, 543, 3), np.float32)
    points[: frames // 2, HOLISTIC.slices["left_hand"]] = np.nan
    return LandmarkSequence(points, HOLISTIC)


@pytest.fixture
def kaggle(tmp_path: Path) -> Path:
    """Four clips of two signs by two people, of 2 to 5 frames."""
    folder = tmp_path / "kaggle"
    rows = ["path,participant_id,sequence_id,sign"]
    for number, (signer, sign) in enumerate([(26, "hello"), (26, "bye"), (37, "hello"), (37, "bye")]):
        name = f"train_landmark_files/{signer}/{1000 + number}.parquet"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        gislr.write(folder / name, made_up(2 + number, number))
        rows.append(f"{name},{signer},{1000 + number},{sign}")
    (folder / "train.csv").write_text("\n".join(rows) + "\n")
    (folder / "sign_to_prediction_index_map.json").write_text(json.dumps({"bye": 0, "hello": 1, "later": 2}))
    return folder
