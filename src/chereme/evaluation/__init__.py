"""Scores that name their split, their n and their interval."""
