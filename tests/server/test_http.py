"""Pages, files and calls beside the WebSocket."""

import sqlite3
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from chereme.errors import CheremeError
from chereme.landmarks.model import MODEL_PATH, MODEL_SHA256
from chereme.server import static
from chereme.server.app import create_app
from chereme.server.database import Database
from chereme.server.settings import Settings
from tests.server.conftest import HIGH, Running, frame, start, write_tiny_bundle

POLICY = [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "worker-src 'self'",
    "connect-src 'self' ws://testserver wss://testserver",
    "frame-ancestors 'none'",
]


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build of the client, next to a file that is nobody's business."""
    build = tmp_path / "web"
    (build / "assets").mkdir(parents=True)
    (build / "index.html").write_text("<!doctype html><title>Chereme</title>")
    (build / "assets" / "index-abc123.js").write_text("export {}")
    (build / "assets" / "loader-abc123.wasm").write_bytes(b"\0asm")
    (build / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("for nobody")
    (build / "escape.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(static.static_routes, "__defaults__", (build,))
    return build


@pytest.fixture
def settings(bundle: Path, tmp_path: Path) -> Settings:
    return Settings(bundles=(bundle,), data_dir=tmp_path / "data")


@pytest.fixture
def http(web: Path, settings: Settings) -> TestClient:
    return TestClient(create_app(settings))


@pytest.mark.parametrize("path", ["/", "/learn", "/learn/hello", "/api/v1/bundles", "/nothing.js", "/healthz"])
def test_every_answer_carries_the_policy(http: TestClient, path: str) -> None:
    headers = http.get(path).headers
    for directive in POLICY:
        assert directive in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["permissions-policy"].startswith("camera=(self)")


def test_a_host_that_is_none_does_not_get_into_the_policy(http: TestClient) -> None:
    policy = http.get("/", headers={"host": "a; script-src *"}).headers["content-security-policy"]
    assert "script-src *" not in policy


def test_pages_are_the_client_and_files_are_cached(http: TestClient) -> None:
    for page in ("/", "/learn", "/practise/hello"):
        answer = http.get(page)
        assert "<title>Chereme</title>" in answer.text
        assert answer.headers["cache-control"] == "no-cache"
    script = http.get("/assets/index-abc123.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert http.get("/assets/loader-abc123.wasm").headers["content-type"] == "application/wasm"
    assert http.get("/favicon.svg").headers["cache-control"] == "no-cache"
    assert http.head("/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/escape.txt",
        "/%00.txt",
        "/" + "a" * 5000 + ".js",
    ],
)
def test_nothing_outside_the_build_is_served(http: TestClient, path: str) -> None:
    answer = http.get(path)
    assert "for nobody" not in answer.text
    assert answer.status_code == 404


@pytest.mark.parametrize(("name", "kind"), [("word.mp4", "video/mp4"), ("word.webm", "video/webm")])
def test_films_are_sent_as_films_and_in_parts(http: TestClient, web: Path, name: str, kind: str) -> None:
    (web / "films").mkdir()
    (web / "films" / name).write_bytes(bytes(range(100)))
    whole = http.get(f"/films/{name}")
    assert (whole.headers["content-type"], whole.content) == (kind, bytes(range(100)))
    # Players jump to a place in a film by asking for the bytes there.
    part = http.get(f"/films/{name}", headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))


@pytest.mark.parametrize("path", ["/assets/gone.js", "/api/v1/nothing", "/models/other.task", "/api/v1/speech/0.wav"])
def test_what_is_not_there_is_404_as_json(http: TestClient, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 404
    assert set(answer.json()["error"]) == {"code", "message"}
    assert answer.json()["error"]["code"] == "not_found"


def test_a_wrong_method_is_405_as_json(http: TestClient) -> None:
    answer = http.post("/api/v1/bundles")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


def test_a_checkout_without_a_build_says_what_to_do(http: TestClient, web: Path) -> None:
    (web / "index.html").unlink()
    answer = http.get("/")
    assert answer.status_code == 503
    assert "make web" in answer.text


def test_the_landmark_model_is_the_file_that_python_uses(http: TestClient) -> None:
    answer = http.get("/models/holistic.task")
    assert answer.content == MODEL_PATH.read_bytes()
    assert answer.headers["etag"] == f'"{MODEL_SHA256}"'
    assert "max-age=86400" in answer.headers["cache-control"]
    again = http.get("/models/holistic.task", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "immutable" in http.head(f"/models/holistic.task?sha256={MODEL_SHA256}").headers["cache-control"]


def test_bundles_are_described(http: TestClient) -> None:
    (listed,) = http.get("/api/v1/bundles").json()["bundles"]
    assert listed | {"glosses": []} == {
        "name": "tiny", "version": "1.0.0", "title": {"en": "Two signs"}, "sign_language": "ase",
        "groups": ["left_hand", "pose", "right_hand"], "points": 75, "fps": 25, "spelling": False, "experimental": True,
        "idle": "idle", "languages": ["en", "km", "vi"], "glosses": [], "metrics": [],
    }  # fmt: skip
    assert listed["glosses"][1] == {"gloss": "hello", "texts": {"en": "hello", "vi": "xin chào", "km": "សួស្តី"}}


def test_a_released_bundle_is_not_experimental(tmp_path: Path, settings: Settings) -> None:
    second = write_tiny_bundle(tmp_path, name="second", released=True)
    app = create_app(settings.model_copy(update={"bundles": (*settings.bundles, second)}))
    listed = TestClient(app).get("/api/v1/bundles").json()["bundles"]
    assert {each["name"]: each["experimental"] for each in listed} == {"tiny": True, "second": False}


def test_health_and_readiness(http: TestClient) -> None:
    assert http.get("/healthz").json() == {"status": "ok"}
    ready = http.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    assert set(ready.json()["checks"]) == {"bundles", "database", "landmark_model", "sessions"}


def test_a_full_server_is_not_ready_and_says_why(web: Path, settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"max_sessions": 1}))
    with TestClient(app) as http, http.websocket_connect("/api/v1/live"):
        answer = http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["sessions"] == {"ok": False, "reason": "1 of 1 are open"}


def test_a_database_that_fails_is_not_ready_and_says_why(http: TestClient, settings: Settings) -> None:
    with sqlite3.connect(settings.data_folder / "chereme.sqlite") as database:
        database.execute("DROP TABLE live_sessions")
    answer = http.get("/readyz")
    assert answer.status_code == 503
    assert "CHEREME_DATABASE_URL" in answer.json()["checks"]["database"]["reason"]


def test_a_session_leaves_counts_and_nothing_else(web: Path, settings: Settings) -> None:
    with TestClient(create_app(settings)) as http, http.websocket_connect("/api/v1/live") as live:
        live.send_json(start(token="opaque"))  # noqa: S106 - it only looks like one
        for index in range(3):
            live.send_bytes(frame(index * 40, HIGH))
        live.send_json({"type": "stop"})
        assert live.receive_json()["type"] == "ready"
        while live.receive()["type"] != "websocket.close":
            pass
    with sqlite3.connect(settings.data_folder / "chereme.sqlite") as database:
        (row,) = database.execute(
            "SELECT bundle, bundle_version, words, frames_received, frames_dropped FROM live_sessions"
        )
        columns = [column[1] for column in database.execute("PRAGMA table_info(live_sessions)")]
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert row == ("tiny", "1.0.0", 0, 3, 0)
    assert columns == [
        "id", "started", "ended", "bundle", "bundle_version", "words", "frames_received", "frames_dropped"
    ]  # fmt: skip


def test_a_database_of_another_version_is_left_alone(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'new' / 'some.sqlite'}"
    database = Database(address)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    database.close()
    with pytest.raises(CheremeError, match=r"version 99.*upgrade chereme"):
        Database(address)


@pytest.mark.parametrize("address", ["nonsense", "sqlite:////proc/nowhere/some.sqlite", "nothing://host/name"])
def test_a_database_that_cannot_be_opened_names_its_setting(address: str) -> None:
    with pytest.raises(CheremeError, match="CHEREME_DATABASE_URL"):
        Database(address)


def test_the_api_describes_itself(http: TestClient) -> None:
    paths = http.get("/api/v1/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/v1/bundles", "/api/v1/speech/{key}.wav", "/healthz", "/readyz", "/models/holistic.task"
    }  # fmt: skip


def test_broken_bundles_are_named(settings: Settings, tmp_path: Path, bundle: Path) -> None:
    broken = tmp_path / "broken-1.0.0.chereme"
    broken.write_bytes(bundle.read_bytes()[:-200])
    with pytest.raises(CheremeError, match=r"broken-1\.0\.0"):
        create_app(settings.model_copy(update={"bundles": (broken,)}))
    with pytest.raises(CheremeError, match="no bundle to serve"):
        create_app(settings.model_copy(update={"bundles": ()}))


def test_a_real_connection_does_not_tell_what_the_server_is_made_of(shared: Running) -> None:
    answer = httpx.get(shared.address + "/healthz")
    assert answer.status_code == 200
    assert "server" not in answer.headers
