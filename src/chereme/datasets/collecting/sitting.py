"""One sitting from the consent to the last clip."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from chereme.datasets.collecting.collection import LAYOUT, Collection
from chereme.datasets.collecting.consent import consent_text
from chereme.datasets.collecting.director import Director
from chereme.datasets.collecting.keys import require_terminal
from chereme.datasets.collecting.live_frames import LiveFrames
from chereme.datasets.collecting.lock import alone_in
from chereme.datasets.collecting.names import safe_name
from chereme.datasets.collecting.plan import Plan
from chereme.datasets.collecting.register import Consent, Hand, Kind, Sitting, now
from chereme.datasets.collecting.screen import Screen
from chereme.errors import CheremeError
from chereme.landmarks.camera import Camera, Playback
from chereme.landmarks.extractor import Extractor


@dataclass(frozen=True)
class Wishes:
    """What is to be recorded, of whom, and how."""

    folder: Path
    glosses: tuple[str, ...]
    signer: str
    session: str
    goal: int
    """Clips of each gloss in this session."""
    clip_frames: int
    """1 for stills."""
    keeps_media: bool
    purpose: str
    """What the recordings are for, as the consent says it."""
    handedness: Hand | None = None
    notes: str = ""
    countdown: int = 3
    film: Path | None = None
    """In place of the camera."""
    device: int | str = 0
    preview: bool = True
    sign_language: str | None = None
    """ISO 639-3, of a new dataset; as `license`."""
    license: str | None = None
    consent: str | None = None
    """A text of one's own for the signer to agree to, in place of ours."""

    @property
    def kind(self) -> Kind:
        return "stills" if self.clip_frames == 1 else "sequences"


def sit(wishes: Wishes, console: Console, agree: Callable[[str], bool]) -> Plan:
    """Record until the goals are reached or the signer quits; returns the plan as far as it came.

    agree: shows the text and tells whether the signer agrees. Asked once for each signer and text.
    Nothing is written without consent, nor before camera and landmark model are ready. Raises `CheremeError`.
    """
    require_terminal()
    safe_name(wishes.signer)
    safe_name(wishes.session)
    collection = Collection(wishes.folder)
    plan = Plan(wishes.glosses, wishes.goal, collection.counts(wishes.signer, wishes.session, wishes.kind))
    if plan.gloss is None:
        return plan
    sign_language, license = collection.described(wishes.sign_language, wishes.license)
    consent = _consent(wishes, collection, license, agree)
    camera = Playback(wishes.film) if wishes.film else Camera(wishes.device)
    with LiveFrames(camera) as live, Extractor(LAYOUT) as extractor:
        extractor.detect(live.newest())
        sitting = Sitting(
            signer=wishes.signer,
            session=wishes.session,
            kind=wishes.kind,
            handedness=wishes.handedness,
            device=camera.description,
            notes=wishes.notes,
            keeps_media=wishes.keeps_media,
            began=now(),
        )
        wishes.folder.mkdir(parents=True, exist_ok=True)
        with alone_in(wishes.folder):
            collection.begin(sitting, consent, sign_language=sign_language, license=license)
            try:
                with Screen(console, LAYOUT, preview=wishes.preview) as screen:
                    Director(
                        plan,
                        collection,
                        live,
                        extractor,
                        screen,
                        clip_frames=wishes.clip_frames,
                        countdown=wishes.countdown,
                    ).run()
            finally:
                collection.end()
    return plan


def _consent(wishes: Wishes, collection: Collection, license: str, agree: Callable[[str], bool]) -> Consent:
    text = wishes.consent or consent_text(
        wishes.signer, wishes.kind, keeps_media=wishes.keeps_media, purpose=wishes.purpose, license=license
    )
    if not collection.register.has_agreed(wishes.signer, text) and not agree(text):
        raise CheremeError("there is no consent: nothing was recorded", code="no_consent")
    return Consent(signer=wishes.signer, text=text, agreed=now())
