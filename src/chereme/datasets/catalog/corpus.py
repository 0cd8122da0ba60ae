"""What is known of a public corpus."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Download:
    """A file that anybody may fetch.

    name: what it becomes in the folder: a file, or for a .zip a folder with what is in it.
    sha256: None where the publisher packs the file anew for each request, so that its bytes differ.
    """

    name: str
    url: str
    sha256: str | None = None


@dataclass(frozen=True)
class Landmarks:
    """A folder of a download that is landmarks already: it is imported as a dataset of this name."""

    folder: str
    format: str
    name: str


@dataclass(frozen=True)
class Corpus:
    """A corpus as its publisher describes it; None where it is not stated.

    weights_may_ship: whether models trained on it may be given away by its licence. None: ask the publisher.
    steps: what a person has to do, where it cannot simply be fetched or where something is left to do after that.
        FOLDER stands for the folder that was asked for.
    """

    name: str
    title: str
    sign_language: str
    """ISO 639-3."""
    clips: int | None
    glosses: int | None
    signers: int | None
    license: str
    """The name of it, as datasets made from the corpus carry it."""
    weights_may_ship: bool | None
    home: str
    citation: str
    downloads: tuple[Download, ...] = ()
    landmarks: tuple[Landmarks, ...] = ()
    steps: tuple[str, ...] = ()
    terms: str = ""
    """What the licence or the publisher asks for in particular."""
    notes: str = ""
