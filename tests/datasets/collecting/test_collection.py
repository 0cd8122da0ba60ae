from pathlib import Path

import numpy as np
import pytest

from chereme.datasets import SignDataset
from chereme.datasets.collecting.collection import Collection
from chereme.datasets.collecting.consent import consent_text
from chereme.datasets.collecting.register import Consent, Kind, Sitting, now, read_register
from chereme.errors import CheremeError
from chereme.landmarks import BODY, HANDS, LandmarkSequence
from chereme.landmarks.frames import Frame
from chereme.landmarks.video import Video

CONSENT = Consent(signer="ann", text="yes", agreed=now())


def begun(folder: Path, kind: Kind = "stills", *, keeps_media: bool = True) -> Collection:
    collection = Collection(folder)
    sitting = Sitting(signer="ann", session="s1", kind=kind, device="d", keeps_media=keeps_media, began=now())
    collection.begin(sitting, CONSENT, sign_language="ase", license="CC0")
    return collection


def clip(frames: int) -> LandmarkSequence:
    return LandmarkSequence(np.zeros((frames, len(BODY), 3), dtype=np.float32), BODY, 30.0, 1.0)


def pictures(count: int, step: float = 40.0) -> list[Frame]:
    return [Frame(np.full((33, 65, 3), 20 * number, dtype=np.uint8), number * step) for number in range(count)]


def test_a_file_without_a_clip_is_taken_away_by_the_next_run(tmp_path: Path) -> None:
    collection = begun(tmp_path)
    collection.keep("A", clip(1), pictures(1))
    cut_off = tmp_path / "pictures" / "B" / "ann-s1-0002.jpg"
    cut_off.parent.mkdir()
    cut_off.write_bytes(b"half a pict")
    others = tmp_path / "pictures" / "A" / "mine.jpg"
    others.touch()
    again = begun(tmp_path)
    assert not cut_off.parent.exists()
    assert others.exists()
    assert again.keep("B", clip(1), pictures(1)) == "ann-s1-0002"


def test_a_film_has_the_frames_at_their_times(tmp_path: Path) -> None:
    begun(tmp_path, "sequences").keep("A", clip(3), pictures(3))
    with Video(tmp_path / "films" / "A" / "ann-s1-0001.mp4") as video:
        frames = list(video)
    assert [frame.milliseconds for frame in frames] == pytest.approx([0, 40, 80])
    assert [frame.rgb.shape for frame in frames] == [(32, 64, 3)] * 3
    assert [round(float(frame.rgb.mean())) for frame in frames] == pytest.approx([0, 20, 40], abs=2)


def test_pictures_and_films_stay_out_where_they_were_not_agreed_to(tmp_path: Path) -> None:
    collection = begun(tmp_path, keeps_media=False)
    collection.keep("A", clip(1), pictures(1))
    collection.end()
    assert {file.suffix for file in tmp_path.rglob("*")} == {".json", ".npy", ".parquet"}


def test_stills_and_sequences_of_a_session_are_counted_apart(tmp_path: Path) -> None:
    collection = begun(tmp_path)
    for frames in (1, 1, 5):
        collection.keep("A", clip(frames), pictures(frames))
    assert Collection(tmp_path).counts("ann", "s1", "stills") == {"A": 2}
    assert Collection(tmp_path).counts("ann", "s1", "sequences") == {"A": 1}
    assert not Collection(tmp_path).counts("ann", "s2", "stills")


def test_looking_at_a_folder_writes_nothing(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "new")
    assert collection.described(None, None) == ("und", "not stated")
    assert not (tmp_path / "new").exists()


def test_folders_that_hold_something_else_are_refused(tmp_path: Path) -> None:
    hands = tmp_path / "hands"
    SignDataset.create(hands, name="d", sign_language="ase", groups=HANDS.groups, license="x", source="y")
    with pytest.raises(CheremeError, match="holds a dataset with groups"):
        Collection(hands)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(CheremeError, match="is in the way"):
        Collection(tmp_path)


def test_what_a_dataset_says_of_itself_is_not_changed(tmp_path: Path) -> None:
    begun(tmp_path)
    collection = Collection(tmp_path)
    assert collection.described("ase", None) == ("ase", "CC0")
    with pytest.raises(CheremeError, match="already says “CC0”: choose another folder, or leave --license"):
        collection.described(None, "MIT")


def test_a_damaged_register_is_not_written_over(tmp_path: Path) -> None:
    begun(tmp_path)
    (tmp_path / "collection.json").write_text("{")
    with pytest.raises(CheremeError, match=r"collection\.json is damaged"):
        read_register(tmp_path)


def test_the_consent_says_what_is_kept_and_who_may_have_it() -> None:
    closed = consent_text("ann", "sequences", keeps_media=False, purpose="to test", license="not stated")
    assert "No picture and no video" in closed
    assert "to nobody" in closed
    opened = consent_text("ann", "sequences", keeps_media=True, purpose="to test", license="CC BY 4.0")
    assert "the videos themselves" in opened
    assert "under this licence: CC BY 4.0" in opened
    assert "the pictures themselves" in consent_text("ann", "stills", keeps_media=True, purpose="x", license="x")


def test_every_sitting_is_remembered_and_ended_once(tmp_path: Path) -> None:
    for _ in range(3):
        begun(tmp_path).end()
    register = read_register(tmp_path)
    assert len(register.consents) == 1
    assert len({sitting.began for sitting in register.sittings}) == 3
    assert all(sitting.ended for sitting in register.sittings)
