"""Archives from strangers: unpacked whole, into their own folder, or refused before a byte is written."""

import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chereme.datasets.catalog.unpacking import unpack
from chereme.errors import CheremeError


def zipped(path: Path, members: dict[str, bytes], *, mode: int = stat.S_IFREG | 0o644) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def refused(archive: Path, message: str) -> None:
    before = sorted(archive.parent.rglob("*"))
    with pytest.raises(CheremeError, match=message) as error:
        unpack(archive, archive.parent / "out")
    assert "\n" not in str(error.value)
    assert sorted(archive.parent.rglob("*")) == before


def test_what_is_in_it_comes_out(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"top/": b"", "top/x.txt": b"x", "top/deep/er/y.bin": bytes(1000)})
    unpack(archive, tmp_path / "out")
    assert (tmp_path / "out/top/x.txt").read_bytes() == b"x"
    assert (tmp_path / "out/top/deep/er/y.bin").read_bytes() == bytes(1000)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "out"]


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/x", "..", "a/..", "\\\\server\\x", "..\\x", "C:/x", "C:x", "//x/y"]
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    refused(zipped(tmp_path / "a.zip", {"fine.txt": b"x", name: b"evil"}), "leads out of its folder")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO], ids=["link", "device", "pipe"])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    refused(zipped(tmp_path / "a.zip", {"x": b"/etc/passwd"}, mode=kind | 0o777), "is a link or a device")


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    refused(zipped(tmp_path / "a.zip", {str(n): bytes(10**6) for n in range(5)}), "5 files of 5 MB in all")


def test_a_size_that_is_a_lie_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"x": bytes(10**6)})
    content = archive.read_bytes()
    archive.write_bytes(content.replace((10**6).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    refused(archive, "cannot be unpacked")


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("x", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            members.writestr("x", "two")
    refused(archive, "cannot be unpacked")


@pytest.mark.parametrize("keep", [0, 10, 100, -10])
def test_an_archive_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    archive = zipped(tmp_path / "a.zip", {"x": bytes(range(256)) * 100})
    archive.write_bytes(archive.read_bytes()[:keep])
    refused(archive, "cannot be unpacked")


@given(at=st.integers(0, 10**6), value=st.integers(0, 255))
def test_a_changed_byte_is_whole_or_refused_and_never_half(
    tmp_path_factory: pytest.TempPathFactory, at: int, value: int
) -> None:
    folder = tmp_path_factory.mktemp("zip")
    archive = zipped(folder / "a.zip", {"a/x": b"some text " * 20, "b": b"other"})
    content = bytearray(archive.read_bytes())
    content[at % len(content)] = value
    archive.write_bytes(content)
    try:
        unpack(archive, folder / "out")
    except CheremeError:
        assert not (folder / "out").exists()
    assert not [path for path in folder.rglob("*") if path.name.endswith(".unpacking")]
