"""Damaged files through the importers: only clear errors, no crash, no hang, no dataset that does not open.

    python tools/fuzz_importers.py [--count 10000] [--seed 0] [--first 0]

Case N is always the same: a small sample is damaged (bits, lengths, numbers of the header, slices) and imported as a
user would. Each run of cases has a process of its own, so that a crash costs one case and is counted.
"""

import argparse
import faulthandler
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chereme.datasets import SignDataset
from chereme.datasets.importing import find_clips, import_clips, import_list
from chereme.errors import CheremeError
from chereme.landmarks import BODY, HOLISTIC, LandmarkSequence
from chereme.landmarks.formats import FORMATS
from chereme.landmarks.video import Video

SAMPLES = Path(__file__).parents[1] / "tests" / "data"

HANG_S = 60
"""A case that takes longer ends its process."""

MOST_MEMORY = 4 * 2**30
"""Address space that a case may take on top of what the libraries have."""

IN_A_PROCESS = 250


@dataclass(frozen=True)
class Sample:
    """A file that is fine, where it lies in a tree, and what reads the tree."""

    name: str
    content: bytes
    place: str
    beside: dict[str, bytes]
    read: Callable[[Path, Path], None]


def samples() -> list[Sample]:
    """One of each kind, real where a small one is at hand."""
    generator = np.random.default_rng(0)
    whole = LandmarkSequence(generator.random((2, len(HOLISTIC), 3), np.float32), HOLISTIC, 25.0, 4 / 3)
    body = whole.select(BODY)
    parquet = written("gislr", whole)
    train = b"path,participant_id,sequence_id,sign\na.parquet,26,1000,hello\nb.parquet,37,1001,bye\n"
    pair = {"a.parquet": parquet, "b.parquet": parquet}
    signs = b'{"bye": 0, "hello": 1}'
    classes = json.dumps(["hello", "bye"]).encode()
    clip = {"url": "https://films.example/1", "start_time": 0.5, "end_time": 1.5, "label": 0, "text": "hello"}
    frame = (SAMPLES / "formats/mp_data/MP_Data/hello/0/0.npy").read_bytes()
    row = b"file,gloss,signer,start,box\nx/1.json,hello,ann,0.5,0 0 1 1\n"
    return [
        Sample("gislr", parquet, "a.parquet", {"b.parquet": parquet, "train.csv": train}, importing("gislr")),
        Sample("gislr table", train, "train.csv", pair, importing("gislr")),
        Sample(
            "gislr map", signs, "sign_to_prediction_index_map.json", {**pair, "train.csv": train}, importing("gislr")
        ),
        Sample(
            "mp_data", frame, "hello/0/1.npy", {"hello/0/0.npy": frame, "hello/1/0.npy": frame}, importing("mp_data")
        ),
        Sample("flat_npy", written("flat_npy", whole), "hello/1.npy", {}, importing("flat_npy")),
        Sample("landmark_csv", written("landmark_csv", body), "hello/1.csv", {}, importing("landmark_csv")),
        Sample("landmark_json", written("landmark_json", body), "hello/1.json", {}, importing("landmark_json")),
        Sample(
            "manifest", row, "manifest.csv", {"x/1.json": written("landmark_json", body)}, importing("landmark_json")
        ),
        *(
            Sample(f"pose {file.stem}", file.read_bytes(), "hello/1.pose", {}, importing("pose"))
            for file in sorted((SAMPLES / "formats/pose").glob("*.pose"))
        ),
        Sample("torch", written("torch", body), "hello/1.pt", {}, importing("torch")),
        Sample("msasl", json.dumps([clip] * 3).encode(), "MSASL_val.json", {"MSASL_classes.json": classes}, listing),
        Sample("film", (SAMPLES / "films/slp-pose-test.mp4").read_bytes(), "1.mp4", {}, watching),
    ]


def written(name: str, clip: LandmarkSequence) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        FORMATS[name].write(Path(folder) / "clip", clip)
        file = Path(folder) / "clip"
        return (file if file.exists() else file.with_suffix(".npy")).read_bytes()


def importing(name: str) -> Callable[[Path, Path], None]:
    """Import the tree; whatever comes of it, no dataset is left that does not open or holds infinite values."""

    def read(tree: Path, out: Path) -> None:
        about: dict[str, Any] = {"name": "fuzz", "sign_language": "und", "license": "none", "source": "fuzz"}
        try:
            result = import_clips(find_clips(tree, name), out, format=name, root=tree, groups=BODY.groups, **about)
        except CheremeError:
            if out.exists():
                raise AssertionError("an import that failed left a dataset") from None
            raise
        for clip in SignDataset.open(out):
            if not len(clip):
                raise AssertionError("a clip without frames was imported")
        for failure in result.failed:
            raise CheremeError(failure.reason)

    return read


def listing(tree: Path, out: Path) -> None:
    try:
        import_list(tree, out.with_suffix(".csv"), "msasl")
    finally:
        out.with_suffix(".csv").unlink(missing_ok=True)


def watching(tree: Path, _: Path) -> None:
    with Video(tree / "1.mp4") as video:
        for number, _frame in enumerate(video):
            if number == 5:
                return


def damage(content: bytes, chance: random.Random) -> bytes:
    """One to four of the ways in which files break, and in which people break them."""
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(WAYS)(bytearray(content or b"\0"), chance)
    return content


def _bits(content: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 4, 32))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


def _header(content: bytearray, chance: random.Random) -> bytes:
    """Numbers of the first or last bytes, where sizes are stated, become extreme."""
    width = chance.choice((1, 2, 4, 8))
    near = min(len(content), 600)
    start = chance.randrange(near) if chance.random() < 0.5 else len(content) - chance.randrange(1, near + 1)
    extreme = chance.choice((0, 1, 2 ** (8 * width) - 1, 2 ** (8 * width - 1) - 1, 2 ** (8 * width - 1)))
    content[start : start + width] = extreme.to_bytes(width, "little")
    return bytes(content)


def _cut(content: bytearray, chance: random.Random) -> bytes:
    return bytes(content[: chance.randrange(len(content))])


def _lost(content: bytearray, chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    del content[start : start + chance.choice((1, 8, 200))]
    return bytes(content)


def _doubled(content: bytearray, chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    content[start:start] = content[start : start + chance.choice((1, 8, 200))] * chance.choice((1, 50))
    return bytes(content)


def _noise(content: bytearray, chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    content[start : start + 16] = chance.choice((chance.randbytes(16), b"\xff" * 16, b"9" * 16, b"../../../../etc/"))
    return bytes(content)


def _digits(content: bytearray, chance: random.Random) -> bytes:
    """A number that is written out becomes another."""
    places = [place for place, byte in enumerate(content[:4000]) if byte in b"0123456789"]
    if places:
        place = chance.choice(places)
        content[place : place + 1] = chance.choice((b"-1", b"9" * 12, b"1e400", b"nan", b"null", b'"', b"0x1"))
    return bytes(content)


def _member(content: bytearray, chance: random.Random) -> bytes:
    """One file within an archive, whose checksum then fits again."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {one.filename: archive.read(one) for one in archive.infolist()}
        chosen = chance.choice(sorted(members))
        members[chosen] = chance.choice((_bits, _header, _cut, _noise))(bytearray(members[chosen] or b"\0"), chance)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, inside in members.items():
                archive.writestr(name, inside)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError, LookupError):
        return _bits(content, chance)
    return packed.getvalue()


WAYS = (_bits, _header, _header, _cut, _lost, _doubled, _noise, _digits, _member)


def outcome(number: int, seed: int, choice: list[Sample], folder: Path) -> tuple[str, str]:
    """What became of a case: which sample it was, and `refused`, `imported` or the fault."""
    sample = choice[number % len(choice)]
    chance = random.Random(f"{seed}/{number}")  # noqa: S311  the same case each time, and no secret
    try:
        bring_in(sample, damage(sample.content, chance), folder / str(number))
    except CheremeError as error:
        text = str(error)
        return sample.name, "refused" if "\n" not in text and len(text) < 2000 else f"unclear: {text[:200]!r}"
    except Exception as error:  # this is what is looked for
        return sample.name, f"{type(error).__name__}: {str(error)[:200]}"
    return sample.name, "imported"


def bring_in(sample: Sample, content: bytes, folder: Path) -> None:
    """The sample's tree with this content in its place, imported."""
    for name, inside in {**sample.beside, sample.place: content}.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_bytes(inside)
    sample.read(folder / "in", folder / "out")


def run_cases(first: int, count: int, seed: int) -> None:
    """In a process of its own: a line of JSON before and after each case."""
    import torch  # noqa: F401  before memory is limited

    choice = samples()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            print(json.dumps({"case": number}), flush=True)
            faulthandler.dump_traceback_later(HANG_S, exit=True)
            start = time.perf_counter()
            name, what = outcome(number, seed, choice, Path(folder))
            print(json.dumps({"name": name, "what": what, "s": time.perf_counter() - start}), flush=True)
        faulthandler.cancel_dump_traceback_later()
    print(json.dumps({"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child:
        run_cases(wanted.first, wanted.count, wanted.seed)
        return
    with tempfile.TemporaryDirectory() as folder:
        for sample in samples():
            bring_in(sample, sample.content, Path(folder) / sample.name)  # undamaged, each is fine
    found: Counter[tuple[str, str]] = Counter()
    faults, slowest, memory = list[str](), 0.0, 0
    number, end = wanted.first, wanted.first + wanted.count
    while number < end:
        count = min(IN_A_PROCESS, end - number)
        command = [
            sys.executable,
            __file__,
            "--child",
            f"--first={number}",
            f"--count={count}",
            f"--seed={wanted.seed}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  this very file
        for line in map(json.loads, done.stdout.splitlines()):
            number = line.get("case", number)
            memory = max(memory, line.get("mb", 0))
            if "what" in line:
                number, slowest = number + 1, max(slowest, line["s"])
                fine = line["what"] in ("refused", "imported")
                found[line["name"], line["what"] if fine else "fault"] += 1
                faults += [] if fine else [f"case {number - 1}, {line['name']}: {line['what']}"]
        if done.returncode:
            faults.append(f"case {number} ended its process ({done.returncode}): {done.stderr[-500:]}")
            number += 1
        print(f"{number - wanted.first} of {wanted.count}", file=sys.stderr, flush=True)
    for name in dict.fromkeys(name for name, _ in found):
        counts = ", ".join(f"{what} {found[name, what]}" for what in ("refused", "imported", "fault"))
        print(f"{name}: {counts}")
    print(f"{wanted.count} cases, {len(faults)} faults, slowest {slowest:.2f} s, at most {memory} MB of memory")
    print("\n".join(faults))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
