"""`chereme collect`: record signs with the people who sign them, and take them back out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from chereme.cli.groups import takes_groups
from chereme.errors import CheremeError

app = typer.Typer(help="Record signs with the people who sign them.", no_args_is_help=True)

Handedness = Literal["left", "right"]


@dataclass(frozen=True)
class Asked:
    """What every verb that records asks for: its fields are the arguments and options that they share."""

    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new or empty folder, or one to go on with.")]
    signer: Annotated[str, typer.Option("--signer", help="Who signs: any name that is no real one.")]
    session: Annotated[str, typer.Option("--session", help="One sitting: one person, place, camera and day.")]
    glosses: Annotated[str, typer.Option("--glosses", help="Signs to record, with commas between.")] = ""
    glosses_file: Annotated[Path | None, typer.Option("--glosses-file", help="Signs to record, one a line.")] = None
    handedness: Annotated[
        Handedness | None, typer.Option("--handedness", help="The hand that the signer signs with.")
    ] = None
    notes: Annotated[str, typer.Option("--notes", help="Room, light, clothes, angle: what may matter later.")] = ""
    device: Annotated[str, typer.Option("--device", help="Which webcam: a number, or its name.")] = "0"
    film: Annotated[
        Path | None, typer.Option("--film", help="A film in place of the camera; it runs again and again.")
    ] = None
    countdown: Annotated[int, typer.Option("--countdown", min=0, help="Seconds before each recording.")] = 3
    no_preview: Annotated[bool, typer.Option("--no-preview", help="Open no window.")] = False
    sign_language: Annotated[str | None, typer.Option("--sign-language", help="ISO 639-3 code, for a new folder.")] = (
        None
    )
    license: Annotated[
        str | None, typer.Option("--license", help="Licence that the signers agree to, for a new folder.")
    ] = None
    purpose: Annotated[str, typer.Option("--purpose", help="What the recordings are for; the consent says so.")] = (
        "to train and to test recognisers of signs"
    )
    consent: Annotated[
        Path | None, typer.Option("--consent", help="A text to agree to in place of the one that is built in.")
    ] = None


PerGloss = Annotated[int, typer.Option("--per-gloss", min=1, help="How many of each sign in this session.")]


@app.command()
@takes_groups
def stills(
    asked: Asked,
    per_gloss: PerGloss = 150,
    no_pictures: Annotated[bool, typer.Option("--no-pictures", help="Keep landmarks alone.")] = False,
) -> None:
    """Record single pictures of handshapes: a prompt, S to start, a countdown, then one after another up to the goal.

    The signer is asked for consent first. Run it again to go on where it stopped.

    Example: `chereme collect stills my-letters --glosses a,b,c --signer ann --session kitchen`
    """
    _sit(asked, goal=per_gloss, clip_frames=1, keeps_media=not no_pictures)


@app.command()
@takes_groups
def sequences(
    asked: Asked,
    per_gloss: PerGloss = 30,
    frames: Annotated[int, typer.Option("--frames", min=2, help="Camera frames in each clip.")] = 30,
    keep_video: Annotated[bool, typer.Option("--keep-video", help="Keep the videos beside the landmarks.")] = False,
) -> None:
    """Record signs that move: a prompt, S to start, then a countdown and a clip of so many frames, up to the goal.

    The signer is asked for consent first. Run it again to go on where it stopped.

    Example: `chereme collect sequences my-signs --glosses hello,thanks --signer ann --session kitchen --frames 45`
    """
    _sit(asked, goal=per_gloss, clip_frames=frames, keeps_media=keep_video)


@app.command()
def withdraw(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder that was collected.")],
    signer: Annotated[str, typer.Option("--signer", help="Whose recordings to remove.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Remove all that was recorded of a signer: landmarks, pictures, videos, and the record of the sittings.

    Example: `chereme collect withdraw my-signs --signer ann`
    """
    from chereme.datasets.collecting.withdraw import withdraw

    if not yes:
        typer.confirm(f"Remove everything of {signer} from {out}? It cannot be brought back.", abort=True)
    done = withdraw(out, signer)
    typer.echo(f"removed {_counted(done.clips, 'clip')} of {signer} and {_counted(done.files, 'file')}")


def _sit(asked: Asked, *, goal: int, clip_frames: int, keeps_media: bool) -> None:
    from chereme.datasets.collecting.sitting import Wishes, sit

    wishes = Wishes(
        folder=asked.out,
        glosses=_glosses(asked.glosses, asked.glosses_file),
        signer=asked.signer,
        session=asked.session,
        goal=goal,
        clip_frames=clip_frames,
        keeps_media=keeps_media,
        handedness=asked.handedness,
        notes=asked.notes,
        countdown=asked.countdown,
        film=asked.film,
        device=_device(asked.device),
        preview=not asked.no_preview,
        sign_language=asked.sign_language,
        license=asked.license,
        purpose=asked.purpose,
        consent=_text(asked.consent),
    )
    console = Console(highlight=False)
    try:
        plan = sit(wishes, console, lambda text: _agree(console, wishes.signer, text))
    except KeyboardInterrupt as stop:
        console.print("\nstopped: what was recorded is kept, and the same command goes on from there")
        raise typer.Exit(130) from stop
    for gloss in plan.glosses:
        console.print(f"{plan.count(gloss):5} of {plan.goal}  {gloss}", markup=False)
    missing = plan.wanted - plan.recorded
    console.print(f"{missing} to go: the same command goes on from here" if missing else "all is recorded")


def _agree(console: Console, signer: str, text: str) -> bool:
    console.print(Panel(Text(text), title=Text(f"Consent of {signer}")))
    return typer.confirm("Do you agree?", default=False)


def _glosses(listed: str, file: Path | None) -> tuple[str, ...]:
    from chereme.datasets.collecting.names import read_glosses

    if bool(listed) == (file is not None):
        raise typer.BadParameter("give the signs to record, with --glosses or with --glosses-file")
    return read_glosses(file or listed)


def _device(device: str) -> int | str:
    return int(device) if device.isdecimal() else device


def _text(file: Path | None) -> str | None:
    from chereme.datasets.text_file import read_text

    if file is None:
        return None
    text = read_text(file, "a text").strip()
    if not text:
        raise CheremeError(f"{file} is empty: write down what the signer agrees to")
    return text


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
