from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chereme.datasets.collecting.names import LONGEST, read_glosses, safe_name
from chereme.errors import CheremeError

NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=25).filter(str.strip)


@given(NAMES)
def test_a_safe_name_names_one_folder_on_every_system_and_gives_the_name_back(name: str) -> None:
    try:
        safe = safe_name(name)
    except CheremeError:
        assert len(name.encode()) > LONGEST / 3
        return
    assert unquote(safe) == name
    assert not set(safe) & set('/\\:*?"<>|')
    assert safe[0] not in ". "
    assert safe[-1] not in ". "
    assert safe.split(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}
    assert len(safe.encode()) <= LONGEST


@pytest.mark.parametrize("name", ["A", "thank you", "ខ្មែរ", "cảm ơn", "-", "don't"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [("..", "%2E%2E"), ("a/b", "a%2Fb"), ("why?", "why%3F"), ("con", "%63on"), (".a", "%2Ea"), ("100%", "100%25")],
)
def test_what_a_file_may_not_be_called_is_encoded(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0b", "\udc80", "x" * 101])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(CheremeError):
        safe_name(name)


def test_glosses_come_in_order_and_once(tmp_path: Path) -> None:
    assert read_glosses("b, a,b,,c d") == ("b", "a", "c d")
    file = tmp_path / "glosses.txt"
    file.write_text("hello\n\nhello, you\nhello\n", encoding="utf-8-sig")
    assert read_glosses(file) == ("hello", "hello, you")


def test_no_gloss_is_refused(tmp_path: Path) -> None:
    for source in (" , ", tmp_path / "absent.txt"):
        with pytest.raises(CheremeError):
            read_glosses(source)
