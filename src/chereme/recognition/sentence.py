"""Committed signs become a sentence."""

from dataclasses import dataclass

from chereme.bundles.manifest import Gloss
from chereme.recognition.events import Sentence, SentenceWord

SPACE = "space"
"""The gloss of a spelling bundle that ends the spelled word, whatever its text."""


@dataclass(frozen=True)
class _Item:
    id: int
    gloss: Gloss
    opens: bool
    """Begins a new written word."""


class SentenceBuilder:
    """The sentence so far. With `spelling`, glosses are letters that join until a pause or a space."""

    def __init__(self, *, spelling: bool) -> None:
        self.spelling = spelling
        self._items: list[_Item] = []
        self._opens = True

    def add(self, word_id: int, gloss: Gloss) -> None:
        """Append a committed sign, or a letter to the word being spelled."""
        self._items.append(_Item(word_id, gloss, self._opens or not self.spelling))
        self._opens = self.spelling and _is_space(gloss)

    def end_word(self) -> None:
        """The next letter begins a new word."""
        self._opens = True

    def undo(self) -> None:
        """Take back the last sign or letter; what was spelled before it goes on."""
        if self._items:
            self._opens = self._items.pop().opens

    def clear(self) -> None:
        self._items.clear()
        self._opens = True

    def render(self, language: str) -> Sentence:
        """The sentence in a spoken language."""
        written: list[str] = []
        for item in self._items:
            if self.spelling and _is_space(item.gloss):
                continue
            text = item.gloss.text(language)
            if item.opens or not written:
                written.append(text)
            else:
                written[-1] += text
        words = tuple(SentenceWord(item.id, item.gloss.gloss, item.gloss.text(language)) for item in self._items)
        return Sentence(" ".join(written), words)


def _is_space(gloss: Gloss) -> bool:
    return gloss.gloss == SPACE or any(text.isspace() for text in gloss.texts.values())
