"""The shipped file: write, verify, read."""
