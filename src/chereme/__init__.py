"""Chereme: build, measure and ship a recogniser for your own sign language."""

__version__ = "0.1.0"
