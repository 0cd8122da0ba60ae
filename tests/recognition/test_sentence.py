"""Words in a row, and letters that join."""

import pytest

from chereme.bundles.manifest import Gloss
from chereme.recognition.events import Sentence, SentenceWord, Word, to_message
from chereme.recognition.sentence import SentenceBuilder


def spelled(*letters: str) -> SentenceBuilder:
    """Letters in a row; `|` is a pause."""
    sentence = SentenceBuilder(spelling=True)
    for number, letter in enumerate(letters):
        if letter == "|":
            sentence.end_word()
        else:
            sentence.add(number, Gloss(gloss=letter, texts={"en": letter.upper()} if letter != "space" else {}))
    return sentence


def test_g10_a_text_of_several_words_is_one_token() -> None:
    sentence = SentenceBuilder(spelling=False)
    sentence.add(1, Gloss(gloss="how", texts={"en": "how are you?", "km": "សុខសប្បាយទេ?"}))
    sentence.add(2, Gloss(gloss="friend", texts={"en": "friend"}))
    assert sentence.render("en").text == "how are you? friend"
    assert [word.text for word in sentence.render("km").words] == ["សុខសប្បាយទេ?", "friend"]


def test_letters_join_until_a_pause() -> None:
    assert spelled("h", "i", "|", "y", "o", "u").render("en").text == "HI YOU"


def test_a_space_ends_the_word() -> None:
    assert spelled("h", "i", "space", "y", "o", "space").render("en").text == "HI YO"


def test_a_text_of_one_space_ends_the_word_too() -> None:
    sentence = SentenceBuilder(spelling=True)
    for number, (gloss, text) in enumerate([("a", "a"), ("gap", " "), ("b", "b")]):
        sentence.add(number, Gloss(gloss=gloss, texts={"en": text}))
    assert sentence.render("en").text == "a b"


@pytest.mark.parametrize(
    ("letters", "after", "text"),
    [
        (("h", "i", "|", "y"), (), "HI"),
        (("h", "i", "|", "y"), ("o",), "HI O"),
        (("h", "i", "|"), ("o",), "HO"),
        (("h", "i", "space"), ("o",), "HIO"),
        ((), ("o",), "O"),
    ],
)
def test_undo_takes_back_one_letter_and_spelling_goes_on(
    letters: tuple[str, ...], after: tuple[str, ...], text: str
) -> None:
    sentence = spelled(*letters)
    sentence.undo()
    for letter in after:
        sentence.add(99, Gloss(gloss=letter, texts={"en": letter.upper()}))
    assert sentence.render("en").text == text


def test_clear_forgets_all() -> None:
    sentence = spelled("h", "i")
    sentence.clear()
    assert sentence.render("en") == Sentence("", ())


def test_events_are_the_messages_of_the_protocol() -> None:
    word = Word(3, "how", "how are you?", 0.9, 100.0, 900.0)
    assert to_message(word) == {
        "type": "word",
        "id": 3,
        "gloss": "how",
        "text": "how are you?",
        "confidence": 0.9,
        "start": 100.0,
        "end": 900.0,
    }
    sentence = to_message(Sentence("a", (SentenceWord(1, "a", "a"),)))
    assert sentence == {"type": "sentence", "text": "a", "words": ({"id": 1, "gloss": "a", "text": "a"},)}
