"""`chereme predict`, `chereme translate`, `chereme evaluate-stream`."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chereme.errors import CheremeError
from chereme.whole_file import write_json

if TYPE_CHECKING:
    from chereme.landmarks.frames import Frame
    from chereme.recognition.events import Event
    from chereme.recognition.live import LiveSession
    from chereme.recognition.recognizer import Recognizer

BundleOption = Annotated[str, typer.Option("--bundle", "-b", help="A .chereme file, or the name of a shipped bundle.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def predict(
    media: Annotated[list[Path], typer.Argument(help="Videos or images of one sign each.", show_default=False)],
    bundle: BundleOption,
    top: Annotated[int, typer.Option(min=1, help="How many glosses to show.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Name the sign in each clip or image: ranked glosses with their confidence.

    Example: `chereme predict hello.mp4 --bundle asl-words --top 5`
    """
    from chereme.landmarks.extractor import extract_media

    recognizer = _load(bundle)
    answers = []
    for path in media:
        answer: dict[str, Any] = {"media": str(path)}
        try:
            with _progress(f"reading {path.name}", shown=not as_json) as advance:
                sequence = extract_media(path, recognizer.manifest.layout, on_progress=advance)
            answer["top"] = [
                {"gloss": each.gloss, "texts": dict(each.texts), "confidence": each.confidence, "idle": each.idle}
                for each in recognizer.predict(sequence, top)
            ]
        except CheremeError as error:
            reason = f"no hands were seen in {path}" if error.code == "no_hands" else str(error)
            answer["error"] = {"code": error.code, "message": reason}
        answers.append(answer)
        if not as_json:
            _print_ranking(answer)
    if as_json:
        typer.echo(json.dumps({"bundle": recognizer.manifest.name, "answers": answers}, ensure_ascii=False))
    if any("error" in answer for answer in answers):
        raise typer.Exit(1)


def translate(
    video: Annotated[Path | None, typer.Argument(help="A video file.", show_default=False)] = None,
    camera: Annotated[bool, typer.Option("--camera", help="Read the webcam until Ctrl-C.")] = False,
    device: Annotated[str, typer.Option(help="Which webcam: a number, or its name.")] = "0",
    bundle: BundleOption = "asl-words",
    language: Annotated[str, typer.Option("--language", "-l", help="Language of the texts, such as en or km.")] = "en",
    speak: Annotated[bool, typer.Option("--speak", help="Say the sentence at the end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print each word and sentence as a line of JSON.")] = False,
) -> None:
    """Recognise signs one after another, in a video or before the webcam, and write them as text.

    Example: `chereme translate clip.mp4 --bundle asl-words --language en`
    """
    if (video is None) != camera:
        raise typer.BadParameter("give a video, or --camera")
    recognizer = _load(bundle)
    source = _camera(device) if video is None else _video(video)
    with source as frames, _reader(as_json) as tell:
        session = _read_signs(recognizer, frames, language, tell)
    if session is None:
        raise CheremeError(f"no hands were seen in {video or 'the camera'}", code="no_hands")
    text = session.sentence.text
    if not as_json:
        typer.echo(text or "no sign was recognised")
    if speak and text:
        from chereme.speech.player import play
        from chereme.speech.voices import Voices

        play(Voices().speak(text, language))


def evaluate_stream(
    dataset: Annotated[Path, typer.Argument(help="A dataset folder.", show_default=False)],
    bundle: Annotated[
        list[str], typer.Option("--bundle", "-b", help="A bundle; may be given several times, one a held-out group.")
    ],
    streams: Annotated[int, typer.Option(min=1, help="Streams for each held-out group.")] = 100,
    words: Annotated[int, typer.Option(min=1, help="Signs in a stream.")] = 5,
    min_confidence: Annotated[
        float | None, typer.Option(min=0, max=1, help="Believe a sign from here on [default: as each bundle says].")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed joins the same streams.")] = 0,
    allow_seen: Annotated[
        bool, typer.Option("--allow-seen", help="Score people seen in training too; the result says so.")
    ] = False,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the result here as JSON.")] = None,
) -> None:
    """Measure a bundle on streams: held-out clips joined with idle gaps, read as in live use.

    Prints the word error rate with its 95 % interval, and false words a minute of idle, overall and for each held-out
    signer. Example: `chereme evaluate-stream my-signs -b folds/cam.chereme -b folds/alex.chereme --json out.json`
    """
    from chereme.bundles.read import open_bundle
    from chereme.bundles.shipped import find_bundle
    from chereme.datasets.dataset import SignDataset
    from chereme.evaluation.streams import evaluate_streams

    opened = [open_bundle(find_bundle(name)) for name in bundle]
    with _progress("reading streams", shown=True) as advance:
        report = evaluate_streams(
            SignDataset.open(dataset),
            opened,
            streams=streams,
            words=words,
            min_confidence=min_confidence,
            seed=seed,
            allow_seen=allow_seen,
            on_progress=advance,
        ).as_dict()
    if json_out:
        write_json(json_out, report)
    _print_report(report)


def _load(bundle: str) -> "Recognizer":
    from chereme.bundles.shipped import find_bundle
    from chereme.bundles.verify import verify_bundle
    from chereme.recognition.recognizer import Recognizer

    return Recognizer(verify_bundle(find_bundle(bundle)))


def _camera(device: str) -> "AbstractContextManager[Iterable[Frame]]":
    from chereme.landmarks.camera import Camera

    return Camera(int(device) if device.isdecimal() else device)


def _video(path: Path) -> "AbstractContextManager[Iterable[Frame]]":
    from chereme.landmarks.video import Video

    return Video(path)


def _read_signs(
    recognizer: "Recognizer", frames: "Iterable[Frame]", language: str, tell: "Callable[[list[Event]], None]"
) -> "LiveSession | None":
    """The session at the end of the stream, or at Ctrl-C; None when no hand was ever seen."""
    from chereme.landmarks.extractor import Extractor
    from chereme.recognition.live import LiveSession
    from chereme.recognition.presence import hands_seen

    layout = recognizer.manifest.layout
    session, hands = LiveSession(recognizer, language=language, aspect=1.0), False
    with Extractor(layout) as extractor:
        try:
            for frame in frames:
                points = extractor.detect(frame)
                hands = hands or bool(hands_seen(points[None], layout)[0])
                points[:, 0] *= frame.aspect
                tell(session.observe(frame.milliseconds, points))
        except KeyboardInterrupt:  # the way to end --camera
            pass
        tell(session.finish())
    return session if hands else None


@contextmanager
def _reader(as_json: bool) -> "Iterator[Callable[[list[Event]], None]]":
    """Where events go: lines of JSON, or words on the terminal with what is seen now below them."""
    from chereme.recognition.events import Partial, Word, to_message

    def tell_program(events: "list[Event]") -> None:
        for event in events:
            if not isinstance(event, Partial):
                typer.echo(json.dumps(to_message(event), ensure_ascii=False))

    if as_json:
        yield tell_program
        return

    screen = Console(highlight=False)
    with screen.status("watching") as status:

        def tell_person(events: "list[Event]") -> None:
            for event in events:
                if isinstance(event, Word):
                    screen.print(Text(f"{event.start / 1000:7.2f} s  {event.text}  {event.confidence:.0%}"))
                elif isinstance(event, Partial):
                    seen = "  ".join(f"{each.text} {each.confidence:.0%}" for each in event.top[:3])
                    status.update(Text(seen or "watching"))

        yield tell_person


@contextmanager
def _progress(label: str, *, shown: bool) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error, where a person looks; silent in pipes."""
    from rich.progress import Progress

    screen = Console(stderr=True)
    if not (shown and screen.is_terminal):  # a disabled bar would still print an empty line
        yield lambda done, expected: None
        return
    with Progress(console=screen, transient=True) as bar:
        task = bar.add_task(label, total=None)

        def advance(done: int, expected: int | None) -> None:
            bar.update(task, completed=done, total=expected)

        yield advance


def _print_ranking(answer: dict[str, Any]) -> None:
    if "error" in answer:
        typer.echo(f"chereme: {answer['error']['message']}", err=True)
        return
    typer.echo(answer["media"])
    for place, each in enumerate(answer["top"], start=1):
        text = "(nobody signs)" if each["idle"] else each["texts"].get("en", "")
        meaning = f"  {text}" if text not in ("", each["gloss"]) else ""
        typer.echo(f"{place:4}. {each['confidence']:6.1%}  {each['gloss']}{meaning}")


def _print_report(report: dict[str, Any]) -> None:
    table = Table(title=f"{report['dataset']}, streams of {report['words_per_stream']} words")
    for heading in (report["by"], "words", "WER", "95 %", "sub", "ins", "del", "false words a minute of idle"):
        table.add_column(heading)
    for row in (*report["groups"], {**report, "group": "all"}):
        rate = row["false_words_per_idle_minute"]
        table.add_row(
            f"{row['group']}{' (seen)' if row['seen'] else ''}",
            str(row["words"]),
            *_word_error_rate(row),
            *(str(row[kind]) for kind in ("substitutions", "insertions", "deletions")),
            "no idle clips" if rate is None else f"{rate:.2f} ({row['false_words']} in {row['idle_minutes']:.1f})",
        )
    Console(highlight=False).print(table)
    if report["seen"]:
        typer.echo("Some of these people were seen in training: the figures flatter.")
    if report["left_out"]:
        typer.echo(f"Left out, because no bundle knows them: {', '.join(report['left_out'])}")


def _word_error_rate(row: dict[str, Any]) -> tuple[str, str]:
    if row["wer"] is None:
        return "only idle", "–"
    low, high = row["interval_95"]
    return f"{row['wer']:.3f}", f"{low:.3f}–{high:.3f}"
