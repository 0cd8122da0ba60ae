"""What `Extractor.extract` costs on top of MediaPipe: frames a second of both over the same decoded video, in one run.

    python benchmarks/extraction.py [VIDEO] [--rounds 5] [--json]

The bare side is the least loop that one could write around HolisticLandmarker, results unread. The two take turns,
so that a machine that slows down slows both; each side's best round counts. The aim is an overhead of at most 5 %.
"""

import argparse
import json
import time
from pathlib import Path

import mediapipe
from mediapipe.tasks.python import BaseOptions, vision

from chereme.landmarks import BODY
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.frames import Frame
from chereme.landmarks.model import read_model
from chereme.landmarks.video import Video

CLIP = Path(__file__).parents[1] / "tests/data/films/slp-pose-test.mp4"


def bare(frames: list[Frame]) -> float:
    """Seconds for the frames, the landmarker made beforehand."""
    options = vision.HolisticLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=read_model()), running_mode=vision.RunningMode.VIDEO
    )
    with vision.HolisticLandmarker.create_from_options(options) as landmarker:
        start = time.perf_counter()
        for frame in frames:
            image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame.rgb)
            result = landmarker.detect_for_video(image, round(frame.milliseconds))
        seconds = time.perf_counter() - start
        assert result.pose_landmarks, "an empty picture is quick: take a video with a person in its last frame"
        return seconds


def ours(frames: list[Frame]) -> float:
    with Extractor(BODY) as extractor:
        start = time.perf_counter()
        extractor.extract(frames)
        return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="Frames a second of chereme and of bare MediaPipe, side by side.")
    parser.add_argument("video", nargs="?", type=Path, default=CLIP)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    wanted = parser.parse_args()
    with Video(wanted.video) as video:
        frames = list(video)
    bare(frames[:5])  # the first run pays for loading
    seconds = [(bare(frames), ours(frames)) for _ in range(wanted.rounds)]
    bare_best, ours_best = (min(side) for side in zip(*seconds, strict=True))
    result = {
        "frames": len(frames),
        "rounds": wanted.rounds,
        "bare_fps": round(len(frames) / bare_best, 2),
        "chereme_fps": round(len(frames) / ours_best, 2),
        "overhead": round(ours_best / bare_best - 1, 4),
    }
    if wanted.json:
        print(json.dumps(result))
    else:
        print(f"bare MediaPipe {result['bare_fps']} frames/s, chereme {result['chereme_fps']} frames/s, ", end="")
        print(f"overhead {result['overhead']:+.1%} ({len(frames)} frames, best of {wanted.rounds})")


if __name__ == "__main__":
    main()
