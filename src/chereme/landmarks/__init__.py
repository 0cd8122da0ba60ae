"""The body as data: layouts, sequences, extraction from video, drawing."""

from chereme.landmarks.layout import BODY, HANDS, HOLISTIC, Layout
from chereme.landmarks.sequence import LandmarkSequence

__all__ = ["BODY", "HANDS", "HOLISTIC", "LandmarkSequence", "Layout"]
