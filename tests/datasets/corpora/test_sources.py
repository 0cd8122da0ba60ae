"""Each film once, in whatever spelling it is listed; and a slice of a corpus as a file."""

from itertools import pairwise
from pathlib import Path

import pytest

from chereme.datasets.corpora.annotations import Annotations
from chereme.datasets.corpora.slicing import read_slice, take, write_slice
from chereme.datasets.corpora.sources import address, sources_of
from chereme.errors import CheremeError
from tests.datasets.corpora.conftest import annotation
from tests.datasets.corpora.test_annotations import REAL, needs_lists

FILM = "https://www.youtube.com/watch?v=AbC_-123456"


@pytest.mark.parametrize(
    ("listed", "used"),
    [
        ("www.youtube.com/watch?v=AbC_-123456", FILM),
        ("http://youtube.com/watch?v=AbC_-123456&t=54s", FILM),
        ("https://youtu.be/AbC_-123456", FILM),
        ("http://Example.ORG/a b.mp4#t=3", "http://example.org/a%20b.mp4"),
        ("https://example.org:8443", "https://example.org:8443/"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("file:///etc/passwd", None),
        ("ftp://example.org/x.mp4", None),
        ("https://user:secret@example.org/x.mp4", None),
        ("javascript://x", None),
        ("http://[::/x", None),
        ("http://x:99999/", None),
        ("05237", None),
    ],
)
def test_addresses_have_one_spelling_and_only_the_web_is_used(listed: str, used: str | None) -> None:
    assert address(listed) == used


def test_a_film_is_one_source_however_it_is_listed(tmp_path: Path) -> None:
    clips = [annotation("a", FILM), annotation("b", "http://e.org/x.mp4"), annotation("c", "youtu.be/AbC_-123456")]
    film, other = sources_of(clips)
    assert (film.ids, other.ids) == (("a", "c"), ("b",))
    assert film.film(tmp_path).parent == tmp_path / "sources"


def test_file_names_stay_inside_and_apart(tmp_path: Path) -> None:
    listed = ["http://e.org/..", "http://e.org/x?v=Ab", "http://e.org/x?v=aB", "../../x", "http://e.org/é/" + "x" * 500]
    names = [source.name for source in sources_of(annotation(str(place), url) for place, url in enumerate(listed))]
    assert len({name.lower() for name in names}) == len(listed)
    assert all("/" not in name and "." not in name and len(name) < 60 for name in names)


def listed(*glosses: str) -> Annotations:
    clips = [
        annotation(f"{split}-{label}", "http://e.org/x.mp4", 1.0, 2.5, gloss=gloss, label=label, split=split)
        for split in ("train", "val", "test")
        for label, gloss in enumerate(glosses)
    ]
    return Annotations("msasl", glosses, tuple(clips), (("b", "bee"),))


def test_a_slice_is_the_first_glosses_in_order_and_reads_back(tmp_path: Path) -> None:
    part = take(listed("c", "b", "a b", "d"), 3)
    assert part.labels == {"c": 0, "b": 1, "a b": 2}
    assert [clip.label for clip in part.clips] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert [clip.split for clip in part.clips[:3]] == ["train", "val", "test"]
    assert part.synonyms == {"b": ("bee",)}
    write_slice(tmp_path / "new" / "slice.json", part)
    assert read_slice(tmp_path / "new" / "slice.json") == part


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_smaller_slice_is_the_beginning_of_a_larger_one(size: int) -> None:
    corpus = listed("c", "b", "a", "d")
    small, large = take(corpus, size), take(corpus, size + 1)
    assert large.clips[: len(small.clips)] == small.clips
    assert list(large.labels)[:size] == list(small.labels)


def test_more_glosses_than_there_are() -> None:
    with pytest.raises(CheremeError, match="msasl has 2 glosses here"):
        take(listed("a", "b"), 3)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}'])
def test_what_is_no_slice_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(CheremeError, match="is not a slice"):
        read_slice(tmp_path / "x.json")
    with pytest.raises(CheremeError, match="there is no slice"):
        read_slice(tmp_path / "absent.json")


def test_a_clip_of_a_slice_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    part = take(Annotations("msasl", ("a",), (annotation("../../x", "http://e.org/x", gloss="a"),)), 1)
    write_slice(tmp_path / "x.json", part)
    with pytest.raises(CheremeError, match="no id of a clip"):
        read_slice(tmp_path / "x.json")


@needs_lists
def test_the_official_sizes_of_msasl_are_prefixes_of_each_other() -> None:
    from chereme.datasets.corpora.annotations import read_msasl

    corpus = read_msasl(REAL / "msasl")
    parts = [take(corpus, size) for size in (100, 200, 500, 1000)]
    assert [len(part.labels) for part in parts] == [100, 200, 500, 1000]
    for small, large in pairwise(parts):
        assert large.clips[: len(small.clips)] == small.clips
    assert len(sources_of(parts[-1].clips)) < len(parts[-1].clips) == 9459
