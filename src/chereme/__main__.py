"""`python -m chereme`: the command, where its script is not on the path."""

from chereme.cli.main import run

run()
