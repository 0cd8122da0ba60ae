"""How many frames a session may send."""


class Pace:
    """Lets through `per_second` frames a second on average.

    Networks deliver in bursts, so a second's worth may come at once.
    """

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._left = per_second
        self._at: float | None = None

    def admit(self, now: float) -> bool:
        """May a frame that arrives at `now` (s, on any clock that runs forwards) be used?"""
        if self._at is not None:
            self._left = min(self._per_second, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
