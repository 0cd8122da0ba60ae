"""A folder that is being collected: the dataset, what lies beside it, and who agreed to what."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from chereme.datasets import Sample, SignDataset
from chereme.datasets.collecting.media import remove_orphans, renew_manifest, write_media
from chereme.datasets.collecting.names import safe_name
from chereme.datasets.collecting.register import Consent, Kind, Sitting, now, read_register, write_register
from chereme.datasets.collecting.removal import remove_samples
from chereme.errors import CheremeError
from chereme.landmarks.frames import Frame
from chereme.landmarks.layout import BODY
from chereme.landmarks.sequence import LandmarkSequence

LAYOUT = BODY

UNDETERMINED = "und"
"""ISO 639-3 for a language that was not stated."""

UNDECIDED = "not stated"
"""The licence of a collection whose signers were not asked about one."""


class Collection:
    """A new or empty folder, or a dataset that goes on growing. Nothing is written before `begin`.

    Each clip is on disk when `keep` returns. A run that is cut off loses what it was doing at that moment and nothing
    else; the next run takes away the file that may have been left half-written.

    Raises `CheremeError` where the folder holds something else, or a dataset with other groups.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.register = read_register(folder)
        self._dataset = _opened(folder)

    def described(self, sign_language: str | None, license: str | None) -> tuple[str, str]:
        """Language and licence of the dataset, or for a new one what is wished; None: no wish.

        Raises `CheremeError` where the dataset is there and says something else.
        """
        if self._dataset is None:
            return sign_language or UNDETERMINED, license or UNDECIDED
        there = self._dataset.description
        for option, wish, stated in (
            ("--sign-language", sign_language, there.sign_language),
            ("--license", license, there.license),
        ):
            if wish not in (None, stated):
                raise CheremeError(
                    f"{self.folder} already says “{stated}”: choose another folder, or leave {option} away"
                )
        return there.sign_language, there.license

    def counts(self, signer: str, session: str, kind: Kind) -> Counter[str]:
        """Clips of each gloss that this session has. A still is a clip of one frame."""
        samples = self._dataset.samples if self._dataset else ()
        return Counter(
            sample.gloss
            for sample in samples
            if (sample.signer, sample.session) == (signer, session) and (sample.frames == 1) == (kind == "stills")
        )

    def begin(self, sitting: Sitting, consent: Consent, *, sign_language: str, license: str) -> None:
        """Make the dataset where there is none, and write down who agreed and who sits here now."""
        self.register, self._dataset = read_register(self.folder), _opened(self.folder)  # others were here meanwhile
        if self._dataset is None:
            self._dataset = SignDataset.create(
                self.folder,
                name=self.folder.resolve().name,
                sign_language=sign_language,
                groups=LAYOUT.groups,
                license=license,
                source="recorded with chereme collect",
            )
        if not self.register.has_agreed(consent.signer, consent.text):
            self.register = self.register.with_consent(consent)
        self._sitting = sitting
        self._start = f"{safe_name(sitting.signer)}-{safe_name(sitting.session)}-"
        self._record(sitting)

    def keep(self, gloss: str, clip: LandmarkSequence, frames: Sequence[Frame]) -> str:
        """Write one clip, and its picture or film where the signer agreed to that; returns its id."""
        id = f"{self._start}{self._next:04d}"
        source = write_media(self.folder, id, gloss, frames).as_posix() if self._sitting.keeps_media else None
        sample = Sample(id, gloss, self._sitting.signer, self._sitting.session, source=source)
        self._dataset = self._begun.append([(sample, clip)])
        self._next += 1
        return id

    def discard(self, ids: Sequence[str]) -> None:
        """Take clips of this sitting back out, files and all."""
        self._dataset = remove_samples(self._begun, ids)
        self._tidy()

    def end(self) -> None:
        """Bring manifest and register up to date, however the sitting ended."""
        self._record(self._sitting.model_copy(update={"ended": now()}))

    @property
    def _begun(self) -> SignDataset:
        if self._dataset is None:
            raise RuntimeError("begin() comes before the first clip")
        return self._dataset

    def _record(self, sitting: Sitting) -> None:
        self.register = self.register.with_sitting(sitting)
        write_register(self.folder, self.register)
        self._dataset = SignDataset.open(self.folder)  # what is on disk counts, also after a Ctrl-C within `keep`
        self._tidy()
        renew_manifest(self._begun)

    def _tidy(self) -> None:
        ids = {sample.id for sample in self._begun.samples}
        remove_orphans(self.folder, self._start, ids)
        self._next = 1 + max(_numbers(ids, self._start), default=0)


def _opened(folder: Path) -> SignDataset | None:
    if not (folder / "dataset.json").is_file():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CheremeError(
                f"{folder} is in the way: choose a new or empty folder, or one that was collected before"
            )
        return None
    dataset = SignDataset.open(folder)
    if dataset.layout != LAYOUT:
        raise CheremeError(
            f"{folder} holds a dataset with groups {list(dataset.layout.groups)}, and collecting gives "
            f"{list(LAYOUT.groups)}: choose another folder"
        )
    return dataset


def _numbers(ids: Iterable[str], start: str) -> Iterable[int]:
    ends = (each.removeprefix(start) for each in ids if each.startswith(start))
    return (int(end) for end in ends if end.isdecimal())
