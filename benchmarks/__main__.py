"""All benchmarks one after the other, and one table.

    python -m benchmarks --data DATASET [--bundle asl-words] [--json FILE]

Each runs in a process of its own, so that none finds the memory of another. Nothing else should run on the machine.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

Row = tuple[str, str, str]
"""What was measured, of what, and the figure."""


def run(module: str, *arguments: str | Path) -> str:
    """Standard output of a benchmark; its progress goes to standard error as it comes."""
    print(f"{module} …", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def live(data: Path, bundle: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "live.json"
        run("live_server", "--data", data, "--bundle", bundle, "--json", file)
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found


def rows(found: dict[str, Any]) -> list[Row]:
    extraction, training, server = found["extraction"], found["training"], found["live_server"]
    return [
        *(
            (
                "recogniser, one clip, one thread",
                f"{each['name']} ({each['weights']:,} weights, {each['megabytes']} MB)",
                f"{each['p50']:.2f} ms, p95 {each['p95']:.2f} ms, {each['ratio']:.2f} of the bare lstm",
            )
            for each in found["recognisers"]["recognisers"]
        ),
        ("landmarks from decoded video", "bare MediaPipe", f"{extraction['bare_fps']} frames/s"),
        (
            "landmarks from decoded video",
            "chereme",
            f"{extraction['chereme_fps']} frames/s, overhead {extraction['overhead']:+.1%}",
        ),
        *(
            (
                f"dataset of {found['opening']['clips']:,} clips",
                name,
                f"open in {each['open_s']:.2f} s, peak {each['peak_mb']:.0f} MB, "
                f"{found['opening']['batch']} random clips in {each['batch_ms']:.1f} ms",
            )
            for name, each in found["opening"]["sides"].items()
        ),
        *(
            ("import of GISLR files", name, f"{found['importing'][key]} clips/s")
            for name, key in (("pandas loop", "pandas_loop"), ("chereme", "chereme"))
        ),
        ("training, one thread", "bare PyTorch loop", f"{training['bare_clips_per_s']} clips/s"),
        (
            "training, one thread",
            "chereme",
            f"{training['fit_clips_per_s']} clips/s, overhead {training['overhead']:+.1%}",
        ),
        ("live server, p95 below 100 ms", "sessions at 25 frames/s", str(server["holds"])),
    ]


def table(of: list[Row]) -> str:
    return "\n".join(f"| {' | '.join(each)} |" for each in (("what", "of", "measured"), ("---",) * 3, *of))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="dataset folder whose clips the live server is sent")
    parser.add_argument("--bundle", default="asl-words", help="bundle to serve, by path or name")
    parser.add_argument("--json", type=Path, help="also write all figures here")
    wanted = parser.parse_args()
    found = {
        "recognisers": json.loads(run("recognisers", "--json")),
        "extraction": json.loads(run("extraction", "--json")),
        "opening": json.loads(run("opening", "--json")),
        "importing": json.loads(run("importing", "--json")),
        "training": json.loads(run("training", "--json")),
        "live_server": live(wanted.data, wanted.bundle),
    }
    print(table(rows(found)))
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
