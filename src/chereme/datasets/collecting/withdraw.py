"""Taking back: all that a collection holds of one signer."""

from dataclasses import dataclass
from pathlib import Path

from chereme.datasets import SignDataset
from chereme.datasets.collecting.lock import alone_in
from chereme.datasets.collecting.media import remove_orphans, renew_manifest
from chereme.datasets.collecting.names import safe_name
from chereme.datasets.collecting.register import read_register, write_register
from chereme.datasets.collecting.removal import remove_samples
from chereme.errors import CheremeError


@dataclass(frozen=True)
class Withdrawn:
    clips: int
    files: int


def withdraw(folder: Path, signer: str) -> Withdrawn:
    """Remove the signer's landmarks, pictures, films, consents and sittings; only that somebody withdrew stays.

    The register goes last: a run that is killed is finished by doing it again. Raises `CheremeError` where the folder
    knows nobody of this name.
    """
    SignDataset.open(folder)  # or it says what is wrong with the folder
    with alone_in(folder):
        dataset = SignDataset.open(folder)
        register = read_register(folder)
        known = register.signers | {sample.signer for sample in dataset.samples if sample.signer}
        if signer not in known:
            there = ", ".join(sorted(known)) or "nobody"
            raise CheremeError(f"{folder} holds nothing of {signer}: it knows {there}")
        ids = {sample.id for sample in dataset.samples if sample.signer == signer}
        dataset = remove_samples(dataset, ids)
        files = remove_orphans(folder, f"{safe_name(signer)}-", {sample.id for sample in dataset.samples})
        renew_manifest(dataset)
        write_register(folder, register.without(signer))
    return Withdrawn(len(ids), files)
