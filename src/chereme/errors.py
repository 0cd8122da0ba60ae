"""The one error that a person is meant to read."""


class CheremeError(Exception):
    """Something in the input is wrong; the message is one line that says what, and what to do.

    `code` is the machine-readable name that HTTP answers and the live protocol carry.
    """

    def __init__(self, message: str, *, code: str = "invalid_input") -> None:
        super().__init__(message)
        self.code = code


def first_line(error: BaseException) -> str:
    """What a library says, for a message of one line; the name of the error where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
