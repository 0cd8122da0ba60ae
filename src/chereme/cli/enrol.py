"""`chereme enrol`: add a sign to a bundle from a few clips, or take it out again."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from chereme.cli.options import progress_bar
from chereme.errors import CheremeError

if TYPE_CHECKING:
    from chereme.landmarks.layout import Layout
    from chereme.landmarks.sequence import LandmarkSequence
    from chereme.recognition.enrolment import Enrolment


def enrol(
    bundle: Annotated[str, typer.Argument(help="A .chereme file, or the name of a shipped bundle.")],
    gloss: Annotated[str, typer.Argument(help="The name of the sign.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The .chereme file to write; may be BUNDLE itself.")],
    clips: Annotated[
        list[str] | None,
        typer.Argument(help="Films or pictures of the sign, three or more; with --data, ids of samples."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Take clips from this dataset; without ids, all of the gloss.")
    ] = None,
    text: Annotated[
        list[str] | None, typer.Option("--text", help="What the sign says, as `en=Water`; once a language.")
    ] = None,
    sign_language: Annotated[
        str | None, typer.Option("--sign-language", help="ISO 639-3 code, where the sign is of another language.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the sign out again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")] = False,
) -> None:
    """Add a sign to a bundle from three to five clips, without training, and say what it may be confused with.

    The shipped `encoder` knows no sign: with it a vocabulary of your own begins.

    Example: `chereme enrol asl-words lunch lunch1.mp4 lunch2.mp4 lunch3.mp4 --text en=Lunch -o mine-1.0.0.chereme`
    """
    from chereme.bundles.shipped import find_bundle
    from chereme.bundles.verify import verify_bundle
    from chereme.bundles.write import named_by
    from chereme.recognition import enrolment

    opened = verify_bundle(find_bundle(bundle))
    if remove:
        if clips or data or text or sign_language:
            raise typer.BadParameter("to take a sign out, give only its gloss", param_hint="--remove")
        enrolment.withdraw(opened, gloss, output)
        typer.echo(json.dumps({"bundle": str(output), "removed": gloss}) if as_json else f"{output}: without {gloss}")
        return
    if sign_language and not re.fullmatch("[a-z]{3}", sign_language):
        raise typer.BadParameter(f"{sign_language!r} is not an ISO 639-3 code like hab", param_hint="--sign-language")
    texts = _texts(text or [])
    named = _samples(data, gloss, clips or []) if data else _films(clips or [], opened.manifest.layout)
    found = enrolment.enrol(opened, gloss, list(named.values()), output, texts=texts, sign_language=sign_language)
    if as_json:
        typer.echo(json.dumps({"bundle": str(output), **asdict(found)}, ensure_ascii=False))
    else:
        _print(found, list(named), output, opened.manifest.idle)
        if not named_by(output, opened.manifest):
            hint = f"its name is still {opened.manifest.name}: call the file like mine-1.0.0.chereme to give it another"
            typer.echo(hint, err=True)


def _texts(pairs: list[str]) -> dict[str, str]:
    texts = {}
    for pair in pairs:
        language, separator, says = pair.partition("=")
        if not (language and separator and says):
            raise typer.BadParameter(f"{pair!r} is not like en=Water", param_hint="--text")
        texts[language] = says
    return texts


def _films(paths: list[str], layout: "Layout") -> "dict[str, LandmarkSequence]":
    from chereme.landmarks.extractor import extract_media

    found = {}
    with progress_bar("reading clips") as tell:
        for number, path in enumerate(paths):
            found[path] = extract_media(Path(path), layout)
            tell(number + 1, len(paths))
    return _with_hands(found)


def _samples(data: Path, gloss: str, ids: list[str]) -> "dict[str, LandmarkSequence]":
    from dataclasses import replace

    from chereme.datasets.aspect import estimate_aspect
    from chereme.datasets.dataset import SignDataset

    dataset = SignDataset.open(data)
    rows = {name: row for row, name in enumerate(dataset.column("id").tolist())}
    if unknown := [name for name in ids if name not in rows]:
        raise CheremeError(f"{dataset.description.name} has no sample {unknown[0]}: see its ids in samples.parquet")
    chosen = ids or dataset.column("id")[dataset.column("gloss") == gloss].tolist()
    if not chosen:
        raise CheremeError(f"{dataset.description.name} has no clip of {gloss}: name the ids of samples")
    clips = {name: dataset[rows[name]] for name in chosen}
    aspect = estimate_aspect(dataset) if any(clip.aspect is None for clip in clips.values()) else None
    return _with_hands({name: replace(clip, aspect=clip.aspect or aspect) for name, clip in clips.items()})


def _with_hands(clips: "dict[str, LandmarkSequence]") -> "dict[str, LandmarkSequence]":
    """The same, when hands are seen in each."""
    from chereme.recognition.presence import hands_seen

    for name, clip in clips.items():
        if not hands_seen(clip.points, clip.layout).any():
            raise CheremeError(f"no hands were seen in {name}", code="no_hands")
    return clips


def _print(found: "Enrolment", names: list[str], output: Path, idle: str | None) -> None:
    screen, warn = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False, soft_wrap=True)
    screen.print(f"{output}: {found.gloss} added from {found.clips} clips", markup=False)
    screen.print(
        f"each clip judged by the others: {found.recognised} of {found.clips} recognised, {found.confidence:.0%} sure"
    )
    alike = ", ".join(
        f"{'no sign' if each.gloss == idle else each.gloss} ({each.share:.0%})" for each in found.looks_like
    )
    if alike:
        screen.print(f"looks most like {alike}", markup=False)
    for place in found.unlike:
        warn.print(f"{names[place]} is unlike the other clips: is it the same sign?", style="yellow", markup=False)
    for each in found.taken:
        risk = f"{each.gloss} may now be taken for {found.gloss} ({each.share:.0%})"
        warn.print(risk, style="yellow", markup=False)
