"""`collection.json`: who agreed to what, and who sat before which camera when."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from chereme.errors import CheremeError

FORMAT = 1

Hand = Literal["left", "right"]
Kind = Literal["stills", "sequences"]


class Consent(BaseModel):
    """What one signer agreed to, word by word."""

    model_config = ConfigDict(frozen=True)

    signer: str
    text: str
    agreed: datetime


class Sitting(BaseModel):
    """One run of the command. A session continued has several."""

    model_config = ConfigDict(frozen=True)

    signer: str
    session: str
    kind: Kind
    handedness: Hand | None = None
    """The hand that the signer signs with; None where it was not said."""
    device: str
    notes: str = ""
    keeps_media: bool
    """Whether pictures or films were kept beside the landmarks."""
    began: datetime
    ended: datetime | None = None
    """None while it goes on, or where it was cut off."""


class Register(BaseModel):
    """All of them, oldest first. Withdrawals keep their time alone."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    consents: tuple[Consent, ...] = ()
    sittings: tuple[Sitting, ...] = ()
    withdrawals: tuple[datetime, ...] = ()

    @property
    def signers(self) -> set[str]:
        return {each.signer for each in self.consents} | {each.signer for each in self.sittings}

    def has_agreed(self, signer: str, text: str) -> bool:
        return any((each.signer, each.text) == (signer, text) for each in self.consents)

    def with_consent(self, consent: Consent) -> "Register":
        return self.model_copy(update={"consents": (*self.consents, consent)})

    def with_sitting(self, sitting: Sitting) -> "Register":
        """The sitting added, or in the place of the one that began at the same moment."""
        others = (each for each in self.sittings if each.began != sitting.began)
        return self.model_copy(update={"sittings": (*others, sitting)})

    def without(self, signer: str) -> "Register":
        changed = {
            "consents": tuple(each for each in self.consents if each.signer != signer),
            "sittings": tuple(each for each in self.sittings if each.signer != signer),
            "withdrawals": (*self.withdrawals, now()),
        }
        return self.model_copy(update=changed)


def read_register(folder: Path) -> Register:
    """An empty one where the folder has none. Raises `CheremeError` where it is damaged or newer."""
    file = folder / "collection.json"
    if not file.is_file():
        return Register()
    try:
        register = Register.model_validate_json(file.read_bytes())
    except (ValidationError, OSError) as error:
        raise CheremeError(
            f"{file} is damaged: put back a copy of it, because it holds what signers agreed to"
        ) from error
    if register.format > FORMAT:
        raise CheremeError(f"{folder} has collection format {register.format}, newer than {FORMAT}: upgrade chereme")
    return register


def write_register(folder: Path, register: Register) -> None:
    """Replaced as a whole: a reader sees the old one or the new one."""
    temporary = folder / ".collection.json.writing"
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(register.model_dump_json(indent=1))
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(folder / "collection.json")


def now() -> datetime:
    return datetime.now(UTC)
