"""Films in, dataset out: in order, once, and nothing lost by what cannot be read."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from chereme.datasets.extraction import Failure, How, Result, extract, job, open_or_create, read_failures, read_quality
from chereme.datasets.manifest import Recording
from chereme.errors import CheremeError
from chereme.landmarks import BODY
from chereme.landmarks.extractor import extract_media
from tests.datasets.extraction.conftest import FILM, Extract, digests, extract_folders, write_cut


def test_films_and_pictures_become_clips_in_order(unbroken: Result) -> None:
    assert [(sample.id, sample.gloss, sample.frames, sample.source) for sample in unbroken.dataset.samples] == [
        ("hello/1.mp4", "hello", 6, "hello/1.mp4"),
        ("hello/2.mp4", "hello", 4, "hello/2.mp4"),
        ("yes/1.mp4", "yes", 5, "yes/1.mp4"),
        ("yes/2.jpg", "yes", 1, "yes/2.jpg"),
    ]
    assert (unbroken.extracted, unbroken.already, unbroken.failed, unbroken.without_hands) == (4, 0, (), 0)
    first = unbroken.dataset[0]
    assert first.fps == pytest.approx(30)
    assert first.aspect == pytest.approx(3 / 4)
    assert list(read_quality(unbroken.dataset.path)) == [sample.id for sample in unbroken.dataset.samples]


def test_points_are_those_of_the_extractor_whoever_took_them_and_when(
    films: Path, unbroken: Result, extract_into: Extract
) -> None:
    steps: list[tuple[int, int]] = []
    alone = extract_into(films, jobs=1, on_progress=lambda *step: steps.append(step)).dataset
    assert steps == [(count, 4) for count in range(5)]
    assert digests(alone.path) == digests(unbroken.dataset.path)
    for clip, sample in zip(alone, alone.samples, strict=True):
        points = extract_media(films / sample.id, BODY).points.astype(np.float16)
        np.testing.assert_array_equal(clip.points, points.astype(np.float32))


def test_a_second_run_starts_no_process_and_changes_no_byte(
    films: Path, unbroken: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digests(unbroken.dataset.path)
    monkeypatch.setattr(job, "workers", None)
    again = extract_folders(films, unbroken.dataset.path)
    assert (again.extracted, again.already) == (0, 4)
    assert digests(unbroken.dataset.path) == before


def test_a_file_that_cannot_be_read_costs_itself_alone(
    films: Path, unbroken: Result, tmp_path: Path, extract_into: Extract
) -> None:
    source = tmp_path / "films"
    shutil.copytree(films, source)
    (source / "hello/0-empty.mp4").write_bytes(b"")
    (source / "hello/1-cut.mp4").write_bytes(FILM.read_bytes()[:3000])
    (source / "yes/0-text.mp4").write_text("not a film", encoding="utf-8")
    done = extract_into(source)
    assert [sample.id for sample in done.dataset.samples] == ["hello/1.mp4", "hello/2.mp4", "yes/1.mp4", "yes/2.jpg"]
    assert [(each.id, each.code) for each in done.failed] == [
        ("hello/0-empty.mp4", "empty_file"),
        ("hello/1-cut.mp4", "corrupt_video"),
        ("yes/0-text.mp4", "not_a_video"),
    ]
    assert read_failures(done.dataset.path) == done.failed
    assert all("\n" not in each.reason for each in done.failed)
    assert digests(done.dataset.path) == digests(unbroken.dataset.path)


def test_what_failed_is_tried_again_when_it_has_changed_or_when_asked(tmp_path: Path, extract_into: Extract) -> None:
    source = tmp_path / "films"
    film = write_cut(source / "hello/1.mp4", 20, 3)
    (source / "hello/2.mp4").write_bytes(b"")
    (source / "hello/3.mp4").write_bytes(b"")
    tried: list[tuple[int, int]] = []
    assert len(extract_into(source).failed) == 2
    assert len(extract_into(source, on_progress=lambda *step: tried.append(step)).failed) == 2
    assert not tried
    shutil.copy(film, source / "hello/2.mp4")
    done = extract_into(source, on_progress=lambda *step: tried.append(step))
    assert (tried[-1], done.extracted, len(done.failed)) == ((1, 1), 1, 1)
    done = extract_into(source, retry_failed=True, on_progress=lambda *step: tried.append(step))
    assert (tried[-1], [each.id for each in done.failed]) == ((1, 1), ["hello/3.mp4"])


def test_what_a_manifest_says_is_kept(tmp_path: Path) -> None:
    film = write_cut(tmp_path / "film.mp4", 18, 18)
    parts = [
        Recording("one", film, "hello", "ann", "s1", "train", start=0.1, end=0.3),
        Recording("two", film, "yes", "ann", "s1", "test", start=0.4, box=(0.0, 0.0, 1.0, 0.5)),
        Recording("late", film, "no", start=9.0),
    ]
    dataset = open_or_create(
        tmp_path / "d", name="d", sign_language="ase", groups=BODY.groups, license="MIT", source="x"
    )
    done = extract(parts, dataset, jobs=1)
    one, two = done.dataset.samples
    assert (one.gloss, one.signer, one.session, one.split, one.frames) == ("hello", "ann", "s1", "train", 6)
    assert two.frames == 6
    assert two.aspect == pytest.approx(3 / 8, abs=0.01)
    assert [(each.id, each.code) for each in done.failed] == [("late", "no_frames")]


def test_other_options_for_the_same_dataset_are_refused(films: Path, unbroken: Result) -> None:
    with pytest.raises(CheremeError, match="was extracted with other options"):
        extract_folders(films, unbroken.dataset.path, how=How(border=0.25))


def test_drop_empty_removes_exactly_the_frames_without_hands(tmp_path: Path, extract_into: Extract) -> None:
    write_cut(tmp_path / "films/hello/half.mp4", 10, 14)
    write_cut(tmp_path / "films/hello/none.mp4", 0, 3)
    kept = extract_into(tmp_path / "films", "kept")
    assert kept.without_hands == 1
    whole = kept.dataset[0]
    seen = whole.present("left_hand") | whole.present("right_hand")
    assert 0 < seen.sum() < len(seen)
    dropped = extract_into(tmp_path / "films", "dropped", how=How(drop_empty=True))
    np.testing.assert_array_equal(dropped.dataset[0].points, whole.points[seen])
    assert [(each.id, each.code) for each in dropped.failed] == [("hello/none.mp4", "no_hands")]


def test_a_begun_and_empty_folder_is_no_obstacle(tmp_path: Path) -> None:
    about = {"name": "d", "sign_language": "ase", "license": "MIT", "source": "x"}
    (tmp_path / ".d.new").mkdir()
    (tmp_path / ".d.new/landmarks.npy").touch()
    assert len(open_or_create(tmp_path / "d", groups=BODY.groups, **about)) == 0
    (tmp_path / "e").mkdir()
    assert len(open_or_create(tmp_path / "e", groups=BODY.groups, **about)) == 0
    (tmp_path / "f").mkdir()
    (tmp_path / "f/notes.txt").touch()
    with pytest.raises(CheremeError, match="is in the way"):
        open_or_create(tmp_path / "f", groups=BODY.groups, **about)


@pytest.mark.parametrize("content", ["{", "[]", '{"how": {}}', '{"how": {}, "failed": [{"name": 1}]}'])
def test_a_record_that_is_none_is_refused_in_one_line(content: str, tmp_path: Path) -> None:
    (tmp_path / "extraction.json").write_text(content, encoding="utf-8")
    with pytest.raises(CheremeError, match="is not the record of an extraction"):
        read_failures(tmp_path)


def test_a_failure_stands_while_its_file_is_the_same(tmp_path: Path) -> None:
    one = Recording("one", tmp_path / "one.mp4", "hello")
    absent = Failure.of(one, "one.mp4", "not_found", "is not there")
    assert absent.stands(one)
    one.path.write_bytes(b"film")
    assert not absent.stands(one)
    assert Failure.of(one, "one.mp4", "corrupt_video", "is damaged").stands(one)
