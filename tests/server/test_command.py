"""`chereme serve` as a person runs it, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from chereme.server.run import listen

HERE = Path(__file__).parents[2]

WITHOUT_TORCH = """
import sys
from pathlib import Path
from fastapi.testclient import TestClient
from chereme.server.app import create_app
from chereme.server.settings import Settings
from tests.server.conftest import HIGH, frame, start

settings = Settings(bundles=(Path(sys.argv[1]),), data_dir=Path(sys.argv[2]), max_fps=1000)
with TestClient(create_app(settings)) as http, http.websocket_connect("/api/v1/live") as live:
    live.send_json(start())
    live.send_bytes(frame(0, HIGH))
    for index in range(40):
        live.send_bytes(frame(index * 40, HIGH))
    while live.receive_json()["type"] != "partial":
        pass
heavy = {"torch", "lightning", "sklearn", "mlflow"} & set(sys.modules)
assert not heavy, heavy
"""


def environment(data: Path) -> dict[str, str]:
    return {**os.environ, "CHEREME_DATA_DIR": str(data), "PYTHONPATH": str(HERE)}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from chereme.cli.main import run; run()", "serve", *arguments]


def test_recognition_and_the_server_run_without_torch(bundle: Path, data: Path) -> None:
    program = [sys.executable, "-c", WITHOUT_TORCH, str(bundle), str(data)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, env=environment(data), check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_and_ends_quietly(bundle: Path, data: Path, stop: signal.Signals) -> None:
    with subprocess.Popen(
        command("--bundle", str(bundle), "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(data),
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Chereme is at http://localhost:")
        assert httpx.get(line.split()[3] + "/healthz").status_code == 200
        process.send_signal(stop)
        began = time.monotonic()
        _, errors = process.communicate(timeout=20)
    assert time.monotonic() - began < 5
    assert errors == ""
    assert process.returncode == (0 if stop == signal.SIGINT else -signal.SIGTERM)


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        ("port", 1, "is in use: choose another with --port"),
        ("broken", 1, "broken-1.0.0.chereme"),
        ("unknown", 1, "there is no bundle 'unknown'"),
        ("usage", 2, "--port"),
    ],
)
def test_what_goes_wrong_is_one_line(
    bundle: Path, data: Path, tmp_path: Path, fault: str, status: int, said: str
) -> None:
    broken = tmp_path / "broken-1.0.0.chereme"
    broken.write_bytes(b"PK nothing")
    with listen("127.0.0.1", 0) as taken:
        arguments = {
            "port": ("--bundle", str(bundle), "--port", str(taken.getsockname()[1])),
            "broken": ("--bundle", str(broken)),
            "unknown": ("--bundle", "unknown"),
            "usage": ("--port", "99999"),
        }[fault]
        done = subprocess.run(
            command(*arguments), capture_output=True, text=True, timeout=60, env=environment(data), check=False
        )
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert done.stderr.startswith("chereme: ")
        assert done.stderr.count("\n") == 1
