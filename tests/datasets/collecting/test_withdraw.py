from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from chereme.datasets import Sample, SignDataset
from chereme.datasets.collecting.collection import Collection
from chereme.datasets.collecting.lock import alone_in
from chereme.datasets.collecting.register import Consent, Sitting, now, read_register
from chereme.datasets.collecting.withdraw import withdraw
from chereme.datasets.manifest import read_manifest
from chereme.errors import CheremeError
from chereme.landmarks import BODY, LandmarkSequence
from chereme.landmarks.frames import Frame

PICTURE = np.zeros((48, 64, 3), dtype=np.uint8)


def still(value: float) -> LandmarkSequence:
    return LandmarkSequence(np.full((1, len(BODY), 3), value, dtype=np.float32), BODY, None, 4 / 3)


Sit = Callable[..., Collection]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "letters"


@pytest.fixture
def sit(folder: Path) -> Sit:
    """One sitting of a signer with these stills, each kept with its picture."""

    def collect(signer: str, *values: float, session: str = "s1") -> Collection:
        sitting = Sitting(signer=signer, session=session, kind="stills", device="d", keeps_media=True, began=now())
        collection = Collection(folder)
        consent = Consent(signer=signer, text="yes", agreed=now())
        collection.begin(sitting, consent, sign_language="ase", license="CC0")
        for value in values:
            collection.keep("A", still(value), [Frame(PICTURE)])
        collection.end()
        return collection

    return collect


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "pictures").rglob("*.jpg"))


def test_nothing_of_the_signer_is_left_and_all_of_the_others(sit: Sit, folder: Path) -> None:
    sit("ann", 0.25, 0.5)
    sit("ann-marie", 0.75)
    sit("ann", 0.375, session="s2")
    done = withdraw(folder, "ann")
    assert (done.clips, done.files) == (3, 3)

    dataset = SignDataset.open(folder)
    assert [sample.signer for sample in dataset.samples] == ["ann-marie"]
    assert (dataset[0].points == 0.75).all()
    left = np.load(folder / "landmarks.npy")
    assert set(np.unique(left[np.isfinite(left)])) == {0.75}
    assert files(folder) == ["ann-marie-s1-0001.jpg"]
    assert [each.id for each in read_manifest(folder / "manifest.csv")] == ["ann-marie-s1-0001"]
    register = read_register(folder)
    assert register.signers == {"ann-marie"}
    assert len(register.withdrawals) == 1
    everything = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert b'"ann"' not in everything


def test_whoever_withdrew_may_come_back(sit: Sit, folder: Path) -> None:
    sit("ann", 0.25)
    sit("ben", 0.5)
    withdraw(folder, "ann")
    collection = sit("ann", 0.125)
    assert collection.counts("ann", "s1", "stills") == {"A": 1}
    assert sorted(float(clip.points.max()) for clip in SignDataset.open(folder)) == [0.125, 0.5]


def test_a_withdrawal_that_was_killed_is_finished_by_the_next(
    sit: Sit, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit("ann", 0.25)
    sit("ben", 0.5)
    with monkeypatch.context() as patched:
        patched.setattr("chereme.datasets.collecting.withdraw.remove_orphans", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            withdraw(folder, "ann")
    assert withdraw(folder, "ann").files == 1
    assert files(folder) == ["ben-s1-0001.jpg"]


def test_an_unknown_signer_is_named_with_those_that_are_known(sit: Sit, folder: Path) -> None:
    sit("ann", 0.25)
    with pytest.raises(CheremeError, match="holds nothing of ben: it knows ann"):
        withdraw(folder, "ben")


def test_datasets_that_came_another_way_are_withdrawn_from_too(folder: Path) -> None:
    dataset = SignDataset.create(folder, name="d", sign_language="ase", groups=BODY.groups, license="x", source="y")
    dataset.append([(Sample("1", "A", "ann"), still(0.5)), (Sample("2", "A", "ben"), still(0.25))])
    assert withdraw(folder, "ann").clips == 1
    assert [sample.id for sample in SignDataset.open(folder).samples] == ["2"]


def test_nothing_is_withdrawn_from_under_a_recording(sit: Sit, folder: Path) -> None:
    sit("ann", 0.25)
    with alone_in(folder), pytest.raises(CheremeError, match="let it end first"):
        withdraw(folder, "ann")
    assert withdraw(folder, "ann").clips == 1


def test_a_folder_that_is_no_dataset_is_left_alone(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(CheremeError, match="is not a dataset"):
            withdraw(path, "ann")
    assert list(tmp_path.iterdir()) == []
