"""Clips: the very pictures between start and end, in the box, once; and a manifest of them."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from chereme.datasets.corpora.annotations import Annotation
from chereme.datasets.corpora.cutting import clip_file, cut_clips
from chereme.datasets.corpora.films import look_into
from chereme.datasets.corpora.sources import sources_of
from chereme.datasets.manifest import read_manifest
from chereme.landmarks.video import Video
from tests.datasets.corpora.conftest import FPS, HEIGHT, WIDTH, annotation, numbers_in, write_film


def placed(folder: Path, frames: int = 100, fps: Fraction | int = FPS) -> Path:
    (folder / "sources").mkdir(exist_ok=True)
    return write_film(folder / "sources" / "film.mp4", frames, fps=fps)


def cut(folder: Path, *clips: Annotation, margin: float = 0.0) -> dict[str, str]:
    return {each.clips[0]: each.reason for each in cut_clips(sources_of(clips), folder, margin=margin).failed}


@pytest.mark.parametrize("fps", [25, 30, Fraction(30000, 1001), 15, 60], ids=str)
@pytest.mark.parametrize(("first", "last"), [(0, 100), (1, 2), (37, 61), (48, 96), (99, 100)])
def test_clips_are_cut_to_the_frame(tmp_path: Path, fps: Fraction | int, first: int, last: int) -> None:
    placed(tmp_path, fps=fps)
    # As lists have them: rounded to thousandths.
    clip = annotation("a", "film", round(first / float(fps), 3), round(last / float(fps), 3))
    assert cut(tmp_path, clip) == {}
    assert numbers_in(clip_file(clip, tmp_path)) == list(range(first, last))
    look = look_into(clip_file(clip, tmp_path))
    assert look.seconds == pytest.approx((last - first) / float(fps), abs=0.5 / float(fps))


def test_pictures_keep_their_times_and_colours(tmp_path: Path) -> None:
    film = placed(tmp_path, fps=30)
    clip = annotation("a", "film", 1.0, 2.0)
    cut(tmp_path, clip)
    with Video(film, start=1.0, end=2.0) as video:
        before = list(video)
    with Video(clip_file(clip, tmp_path)) as video:
        after = list(video)
    assert [frame.milliseconds for frame in after] == pytest.approx([frame.milliseconds for frame in before], abs=0.1)
    difference = abs(before[5].rgb.astype(int) - after[5].rgb.astype(int))
    assert difference.mean() < 1.5


@pytest.mark.parametrize(
    ("box", "margin", "size"),
    [
        (None, 0.0, (HEIGHT, WIDTH)),
        ((0.5, 0.0, 1.0, 0.5), 0.0, (HEIGHT // 2, WIDTH // 2)),
        ((0.5, 0.0, 1.0, 0.5), 0.25, (60, 80)),
        ((0.2, 0.2, 0.8, 0.8), 10.0, (HEIGHT, WIDTH)),
        ((0.11, 0.13, 0.57, 0.89), 0.0, (44, 98)),
        ((0.5, 0.5, 0.501, 0.501), 0.0, (2, 2)),
    ],
)
def test_clips_are_cropped_to_the_box(
    tmp_path: Path, box: tuple[float, float, float, float] | None, margin: float, size: tuple[int, int]
) -> None:
    placed(tmp_path)
    clip = annotation("a", "film", 0.0, 1.0, box=box)
    assert cut(tmp_path, clip, margin=margin) == {}
    with Video(clip_file(clip, tmp_path)) as video:
        rgb = next(iter(video)).rgb
    assert rgb.shape[:2] == size
    if box == (0.5, 0.0, 1.0, 0.5) and not margin:
        assert rgb.reshape(-1, 3).mean(axis=0) == pytest.approx([200, 40, 40], abs=6)  # the red quarter


def test_clips_that_are_there_are_not_cut_again(tmp_path: Path) -> None:
    placed(tmp_path)
    clips = [annotation("a", "film", 0.0, 1.0), annotation("b", "film", 1.0, 2.0, box=(0.0, 0.0, 1.0, 0.5))]
    cut(tmp_path, *clips)
    files = [clip_file(clip, tmp_path) for clip in clips]
    made = [file.stat().st_mtime_ns for file in files]
    cut(tmp_path, *clips)
    assert [file.stat().st_mtime_ns for file in files] == made
    cut(tmp_path, *clips, margin=0.1)  # another crop: only the clip with a box is another one
    assert [file.stat().st_mtime_ns == then for file, then in zip(files, made, strict=True)] == [True, False]
    files[0].write_bytes(files[0].read_bytes()[:-600])
    cut(tmp_path, *clips, margin=0.1)
    assert numbers_in(files[0]) == list(range(25))
    cut(tmp_path, replace(clips[0], end=0.4), clips[1], margin=0.1)  # the list was corrected
    assert numbers_in(files[0]) == list(range(10))


def test_clips_of_a_film_may_overlap_and_come_in_any_order(tmp_path: Path) -> None:
    placed(tmp_path)
    spans = {"late": (60, 90), "whole": (0, 100), "inner": (70, 71), "early": (3, 65), "rest": (90, None)}
    clips = [annotation(name, "film", first / FPS, last and last / FPS) for name, (first, last) in spans.items()]
    assert cut(tmp_path, *clips) == {}
    for clip, (first, last) in zip(clips, spans.values(), strict=True):
        assert numbers_in(clip_file(clip, tmp_path)) == list(range(first, last or 100))


def test_what_cannot_be_cut_says_why_and_leaves_no_file(tmp_path: Path) -> None:
    placed(tmp_path)
    (tmp_path / "sources" / "noise.mp4").write_bytes(bytes(range(256)) * 40)
    clips = [
        annotation("late", "film", 3.6, 4.6),
        annotation("beyond", "film", 9.0, 10.0),
        annotation("noise", "noise", 0.0, 1.0),
        annotation("absent", "nowhere", 0.0, 1.0),
        annotation("fine", "film", 3.5, 4.0),
    ]
    reasons = cut(tmp_path, *clips)
    assert reasons == {
        "late": "the film ends too early: the clip lasts 1.00 s, and 0.40 s of it are there",
        "beyond": "the film ends too early: the clip lasts 1.00 s, and 0.00 s of it are there",
        "noise": "the film is not a video that can be read: use MP4, WebM, MOV, AVI or MKV",
        "absent": "its film is not there: download it first",
    }
    assert [path.name for path in (tmp_path / "clips").rglob("*") if path.is_file()] == ["fine.mp4"]


def test_the_manifest_has_what_the_list_says(tmp_path: Path) -> None:
    placed(tmp_path)
    clips = [
        annotation("a", "film", 0.0, 1.0, gloss="what's up", split="test", signer="7"),
        annotation("b", "film", 1.0, 2.0, gloss="how many", signer=None),
    ]
    cut(tmp_path, *clips)
    first, second = read_manifest(tmp_path / "clips.csv")
    assert (first.id, first.gloss, first.signer, first.split, first.session) == ("a", "what's up", "7", "test", "film")
    assert (second.gloss, second.signer) == ("how many", None)
    assert first.path.exists()
    assert (first.start, first.end, first.box) == (None, None, None)
