"""Corpora that are published as lists of films elsewhere: read the lists, fetch the films, cut the clips."""
