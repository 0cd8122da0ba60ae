"""The commands of README and tutorial, run as they stand there; only training is shorter."""

import os
import re
import select
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from chereme.bundles.shipped import shipped_bundles

ROOT = Path(__file__).parents[2]
STEP = re.compile(r"^<!-- (?:(runs)|file: (?P<file>[\w.]+)) -->\n```\w+\n(?P<block>.*?)^```", re.MULTILINE | re.DOTALL)
SECONDS = 240


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder in which paths of the repository lead where they do in a checkout."""
    for name in ("docs", "tests", "web"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def environment(desk: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CHEREME_DATA_DIR": str(desk / "data"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "200",
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that spin while they wait are slow where cores are few
    }


def walk(document: Path, desk: Path) -> int:
    """Does what a document says, step by step; how many commands were run."""
    done = 0
    for step in STEP.finditer(document.read_text(encoding="utf-8")):
        if step["file"]:
            (desk / step["file"]).write_text(step["block"], encoding="utf-8")
            continue
        for line in step["block"].splitlines():
            command = re.sub(r"--steps \d+", "--steps 3", line)
            if re.search(r"(--bundle|inspect) (asl-|numbers)", command) and "asl-letters" not in shipped_bundles():
                continue  # a checkout whose bundles have not been trained yet
            if command.startswith("chereme serve"):
                serve(re.sub(r"--open|--port \d+", "", command) + " --port 0", desk)
            else:
                run(command, desk)
            done += 1
    return done


def run(command: str, desk: Path) -> None:
    done = subprocess.run(
        ["sh", "-ec", command],
        cwd=desk,
        env=environment(desk),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr


def serve(command: str, desk: Path) -> None:
    with subprocess.Popen(
        ["sh", "-c", f"exec {command}"], cwd=desk, env=environment(desk), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            ready, _, _ = select.select([server.stdout], [], [], SECONDS)
            assert ready, "the server says nothing"
            line = server.stdout.readline()
            assert line.startswith("Chereme is at http://localhost:"), line
            with urllib.request.urlopen(line.split()[3] + "/readyz", timeout=30) as answer:  # noqa: S310  our own
                assert answer.status == 200
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=SECONDS)
    assert server.returncode == 0


def test_the_readme_runs(desk: Path) -> None:
    if not shipped_bundles():
        pytest.skip("the shipped bundles are not here: all of these commands use them")
    assert walk(ROOT / "README.md", desk) == 6


def test_the_tutorial_runs(desk: Path) -> None:
    pytest.importorskip("torch")
    assert walk(ROOT / "docs" / "tutorial.md", desk) == 9
    assert (desk / "toy-signs-1.0.0.chereme").is_file()


def test_films_become_a_dataset(desk: Path) -> None:
    """The program that the tutorial names, on one film."""
    films = desk / "films" / "ann"
    films.mkdir(parents=True)
    (films / "hello-1.mp4").symlink_to(ROOT / "tests/data/films/slp-pose-test.mp4")
    run('python docs/examples/films_to_dataset.py films my-films "My films" ase', desk)
    run("chereme data info my-films", desk)
