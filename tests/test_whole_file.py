"""A file is there whole, or as it was before."""

import os
from pathlib import Path

import pytest

from chereme.errors import CheremeError
from chereme.whole_file import write_json, write_whole


def test_what_is_written_replaces_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "score.json"
    write_json(file, {"gloss": "ជំរាបសួរ"})
    write_json(file, {"gloss": "tạm biệt"})
    assert file.read_text(encoding="utf-8") == '{\n "gloss": "tạm biệt"\n}\n'
    assert [each.name for each in file.parent.iterdir()] == ["score.json"]


def test_without_room_the_old_file_stays_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "score.json"
    write_whole(file, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CheremeError, match=r"No space left on device.*: make room"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["score.json"]


def test_what_is_no_plain_file_is_written_into_and_stays(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert pipe.is_fifo()


def test_where_nothing_can_be_written_another_place_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CheremeError, match="choose another place"):
        write_whole(tmp_path / "file" / "score.json", b"")
