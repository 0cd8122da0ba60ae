"""From a published list to cut clips, through the real command and a real server that fails in several ways."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from chereme.cli.main import app
from chereme.datasets.manifest import read_manifest
from chereme.errors import CheremeError
from tests.datasets.corpora.conftest import FPS, Web, numbers_in, web, write_film

__all__ = ["web"]  # a fixture

CLIPS = [  # film, first and last picture
    ("fine/one.mp4", 0, 20),
    ("fine/one.mp4", 20, 45),
    ("fine/one.mp4", 60, 100),
    ("fine/two.mp4", 10, 35),
    ("fine/two.mp4", 12, 13),
    ("redirect/three.mp4", 5, 30),
    ("drip/four.mp4", 0, 50),
    ("gone/five.mp4", 0, 10),  # never there
    ("cut-off/six.mp4", 0, 10),  # breaks off
    ("fine/two.mp4", 90, 130),  # the film has 100 pictures
]
FINE = CLIPS[:7]


@pytest.fixture
def lists(web: Web, tmp_path: Path) -> Path:
    for name in ("one", "two", "three", "four", "six"):
        write_film(web.folder / f"{name}.mp4", 100)
    folder = tmp_path / "MS-ASL"
    folder.mkdir()
    (folder / "MSASL_classes.json").write_text(json.dumps(["hello", "how many", "not taken"]))
    rows = [
        {
            "url": web.url(film),
            "start_time": first / FPS,
            "end_time": last / FPS,
            "label": place % 2,
            "text": ["hello", "how many"][place % 2],
            "signer_id": place,
            "box": [0.0, 0.0, 0.9, 1.0],
            "fps": FPS,
            "file": f"how_many_{place}",
        }
        for place, (film, first, last) in enumerate(CLIPS)
    ]
    rows.append({**rows[0], "label": 2, "text": "not taken"})
    (folder / "MSASL_train.json").write_text(json.dumps(rows))
    return folder


def chereme(*words: object) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit | CheremeError):
        raise result.exception
    return result


def test_the_chain_of_msasl(web: Web, lists: Path, tmp_path: Path) -> None:
    part, work = tmp_path / "two.json", tmp_path / "work"
    quick = ("--pause", 0, "--patience", 2, "--tries", 1)
    assert "10 clips of 2 glosses" in chereme("data", "msasl", "slice", lists, part, "--max-classes", 2).stdout

    done = chereme("data", "msasl", "download", part, work, *quick)
    assert done.exit_code == 0
    assert "4 of 6 films are there" in done.stdout
    assert [web.requests(film) for film in dict.fromkeys(film for film, _, _ in CLIPS)] == [1] * 6

    done = chereme("data", "msasl", "cut", part, work)
    assert done.exit_code == 0
    assert "7 of 10 clips are there" in done.stdout
    manifest = {clip.id: clip for clip in read_manifest(work / "clips.csv")}
    assert set(manifest) == {f"msasl-train-{place + 1:05}" for place in range(7)}
    for place, (film, first, last) in enumerate(FINE):
        clip = manifest[f"msasl-train-{place + 1:05}"]
        assert numbers_in(clip.path) == list(range(first, last))
        assert (clip.gloss, clip.signer) == (["hello", "how many"][place % 2], str(place))
        assert (clip.session, clip.split) == (web.url(film), "train")

    def failed() -> dict[str, Any]:
        return {row["clips"][0][-2:]: row for row in json.loads((work / "failed.json").read_text())}

    reasons = {"08": "404 Not Found", "09": "it was cut off", "10": "the film ends too early"}
    assert set(failed()) == set(reasons)
    assert all(reasons[clip] in row["reason"] and row["tries"] == 1 for clip, row in failed().items())

    made = {path: path.stat().st_mtime_ns for path in work.rglob("*.mp4")}
    web.asked.clear()
    assert chereme("data", "msasl", "download", part, work, *quick).exit_code == 0
    assert chereme("data", "msasl", "cut", part, work).exit_code == 0
    assert sorted(path for path, _ in web.asked) == ["/cut-off/six.mp4", "/gone/five.mp4"]
    assert {path: path.stat().st_mtime_ns for path in work.rglob("*.mp4")} == made
    assert {clip: row["tries"] for clip, row in failed().items()} == {"08": 2, "09": 2, "10": 2}

    (web.folder / "five.mp4").write_bytes((web.folder / "one.mp4").read_bytes())
    assert chereme("data", "msasl", "cut", part, work, "--strict").exit_code == 1


def test_wlasl_goes_the_same_way(web: Web, tmp_path: Path) -> None:
    write_film(web.folder / "book.mp4", 50)
    shared = {"fps": 25, "signer_id": 4, "split": "test", "url": web.url("fine/book.mp4"), "bbox": [0, 0, 9, 9]}
    instances = [
        shared | {"video_id": "00001", "frame_start": 1, "frame_end": -1},
        shared | {"video_id": "00002", "frame_start": 11, "frame_end": 20},
    ]
    (tmp_path / "WLASL_v0.3.json").write_text(json.dumps([{"gloss": "book", "instances": instances}]))
    part, work = tmp_path / "one.json", tmp_path / "work"
    chereme("data", "wlasl", "slice", tmp_path, part, "--max-classes", 1)
    chereme("data", "wlasl", "download", part, work)
    done = json.loads(chereme("data", "wlasl", "cut", part, work, "--json", "--strict").stdout)
    assert done["failed"] == []
    whole, piece = read_manifest(work / "clips.csv")
    assert (len(numbers_in(whole.path)), numbers_in(piece.path)) == (50, list(range(10, 20)))
    assert web.requests("fine/book.mp4") == 1


def test_failures_are_an_exit_code_where_wanted(lists: Path, tmp_path: Path) -> None:
    part, work = tmp_path / "two.json", tmp_path / "work"
    chereme("data", "msasl", "slice", lists, part, "--max-classes", 2)
    done = chereme("data", "msasl", "download", part, work, "--pause", 0, "--tries", 1, "--strict", "--json")
    assert done.exit_code == 1
    failed = sorted(row["clips"] for row in json.loads(done.stdout)["failed"])
    assert failed == [["msasl-train-00008"], ["msasl-train-00009"]]


def test_clips_become_a_dataset_with_language_and_licence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lists: Path
) -> None:
    asked: dict[str, object] = {}
    monkeypatch.setattr(
        "chereme.cli.data.extract.extract", lambda *words, **options: asked.update(options, words=words)
    )
    part, work = tmp_path / "two.json", tmp_path / "work"
    chereme("data", "msasl", "slice", lists, part, "--max-classes", 2)
    with pytest.raises(CheremeError, match="cut the clips first"):
        raise chereme("data", "msasl", "extract", part, work, tmp_path / "out").exception or AssertionError
    work.mkdir()
    (work / "clips.csv").write_text("file,gloss\n")
    assert chereme("data", "msasl", "extract", part, work, tmp_path / "out").exit_code == 0
    assert asked["words"] == (work / "clips.csv", tmp_path / "out")
    assert (asked["sign_language"], asked["license"], asked["name"]) == ("ase", "C-UDA", "out")


@pytest.mark.parametrize("corpus", ["msasl", "wlasl"])
def test_a_folder_without_lists_is_told(corpus: str, tmp_path: Path) -> None:
    result = chereme("data", corpus, "slice", tmp_path, tmp_path / "x.json")
    assert isinstance(result.exception, CheremeError)
    assert not (tmp_path / "x.json").exists()


def test_the_catalog_is_listed_and_steps_are_told(tmp_path: Path) -> None:
    names = {row["name"] for row in json.loads(chereme("data", "pull", "--json").stdout)}
    assert names >= {"gislr", "msasl", "wlasl", "autsl", "lsa64", "include", "asl-citizen", "traduttore", "neat11"}
    assert "asl-citizen" in CliRunner().invoke(app, ["data", "pull"], env={"COLUMNS": "160"}).stdout
    told = chereme("data", "pull", "gislr", tmp_path / "g").stdout
    assert f"kaggle competitions download -c asl-signs -p {tmp_path / 'g'}" in told
    assert "chereme data import" in told
    assert not (tmp_path / "g").exists()
    assert "choose among" in str(chereme("data", "pull", "nothing").exception)
