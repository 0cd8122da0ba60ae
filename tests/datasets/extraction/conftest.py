"""Short cuts of the sample film, in class folders, and what the tests do with them."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import psutil
import pytest
from PIL import Image

from chereme.datasets.extraction import Result, extract, open_or_create
from chereme.datasets.manifest import from_class_folders
from chereme.landmarks import BODY
from chereme.landmarks.video import Video

DATA = Path(__file__).parents[2] / "data"
FILM = DATA / "films/slp-pose-test.mp4"
PERSON = DATA / "pictures/generated-person.jpg"

Extract = Callable[..., Result]


def write_cut(path: Path, start: int, frames: int) -> Path:
    """Frames of the sample film at half its size; a hand is seen in 20 to 40, and none in 0 to 10."""
    with Video(FILM) as film:
        pictures = [frame.rgb[::2, ::2] for frame in film][start : start + frames]
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture.copy(), format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two glosses, three films and a picture; nothing in it is to be changed."""
    folder = tmp_path_factory.mktemp("signs") / "films"
    write_cut(folder / "hello/1.mp4", 20, 6)
    write_cut(folder / "hello/2.mp4", 26, 4)
    write_cut(folder / "yes/1.mp4", 32, 5)
    with Image.open(PERSON) as picture:
        picture.resize((320, 320)).save(folder / "yes/2.jpg")
    return folder


@pytest.fixture(scope="session")
def unbroken(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The films extracted by two workers; nothing in it is to be changed."""
    return extract_folders(films, tmp_path_factory.mktemp("unbroken") / "signs", jobs=2)


@pytest.fixture
def extract_into(tmp_path: Path) -> Extract:
    """Extracts class folders into a dataset of this name, as the command does."""

    def run(source: Path, name: str = "signs", **how: Any) -> Result:
        return extract_folders(source, tmp_path / name, **{"jobs": 1, **how})

    return run


def extract_folders(source: Path, path: Path, **how: Any) -> Result:
    dataset = open_or_create(path, name="signs", sign_language="ase", groups=BODY.groups, license="MIT", source="test")
    return extract(from_class_folders(source), dataset, root=source, **how)


def workers_of(pid: int | None = None) -> list[psutil.Process]:
    """The processes that a process, or this one, has started to extract."""
    found = []
    for each in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess):  # it may just have ended
            if "chereme.datasets.extraction.worker" in each.cmdline():
                found.append(each)
    return found


def digests(dataset: Path) -> dict[str, str]:
    """Of the files that hold what was extracted."""
    names = ("landmarks.npy", "samples.parquet", "quality.parquet")
    return {name: hashlib.sha256((dataset / name).read_bytes()).hexdigest() for name in names}
