"""Take palm_detector.tflite, with which hands are found in pictures that show no body, out of a mediapipe wheel.

The file comes unchanged from the mediapipe 0.10.21 wheel (Apache-2.0), the last wheel that carries it:

    pip download mediapipe==0.10.21 --no-deps --python-version 3.11 --only-binary=:all: -d wheel
    python tools/take_palm_detector.py wheel/mediapipe-0.10.21-*.whl src/chereme/landmarks/palm_detector.tflite

Its digest, printed at the end, is PALM_SHA256 in src/chereme/landmarks/model.py. The points of a hand found come
from the hand model in holistic.task, so there is only one of those.
"""

import hashlib
import sys
import zipfile
from pathlib import Path

MEMBER = "mediapipe/modules/palm_detection/palm_detection_full.tflite"


def main(wheel: Path, output: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        output.write_bytes(archive.read(MEMBER))
    print(f"{hashlib.sha256(output.read_bytes()).hexdigest()}  {output}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
