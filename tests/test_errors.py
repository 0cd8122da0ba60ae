"""What a library says becomes part of a message of one line."""

from chereme.errors import first_line


def test_the_first_line_is_kept() -> None:
    assert first_line(ValueError("\nno such table\n[SQL: select everything]")) == "no such table"


def test_an_error_that_says_nothing_is_named() -> None:
    assert first_line(ValueError()) == first_line(ValueError(" \n")) == "ValueError"
