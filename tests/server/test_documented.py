"""What can be set or said is written down, and what is written down exists."""

import re
from pathlib import Path
from typing import get_args

import pytest

from chereme.errors import CheremeError
from chereme.recognition import events
from chereme.server import protocol
from chereme.server.settings import Settings, load_settings

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def section(page: str, heading: str) -> str:
    return page.split(f"\n## {heading}")[1].split("\n## ")[0]


def rows(table: str) -> dict[str, str]:
    """The first cell of each row, without its quotes, and the rest of the row."""
    return dict(re.findall(r"^\| `([^`]+)` \|(.*)$", table, flags=re.MULTILINE))


def test_every_setting_is_documented_with_its_default() -> None:
    documented = rows((REFERENCE / "settings.md").read_text())
    expected = {f"CHEREME_{name.upper()}" for name in Settings.model_fields}
    assert set(documented) == expected
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, int | float | str):
            assert (
                f"`{default:g}`"
                if isinstance(default, float)
                else f"`{default}`" in documented[f"CHEREME_{name.upper()}"]
            )


def test_every_client_message_is_documented_with_its_fields() -> None:
    documented = rows(section((REFERENCE / "live-protocol.md").read_text(), "Client messages"))
    messages = {kind.model_fields["type"].annotation: kind for kind in get_args(protocol.ClientMessage)}
    assert set(documented) == {get_args(literal)[0] for literal in messages}
    for literal, kind in messages.items():
        for field in set(kind.model_fields) - {"type"}:
            assert f"`{field}`" in documented[get_args(literal)[0]], (kind, field)


def test_every_server_message_is_documented_with_its_fields() -> None:
    documented = rows(section((REFERENCE / "live-protocol.md").read_text(), "Server messages"))
    fields: dict[str, set[str]] = {}
    for kind in get_args(protocol.ServerMessage):
        if issubclass(kind, protocol.Message):
            fields[kind.model_fields["type"].default] = set(kind.model_fields) - {"type"}
        else:
            fields[kind.__name__.lower()] = set(kind.__dataclass_fields__)
    assert set(documented) == set(fields)
    for name, of in fields.items():
        for field in of:
            assert f"`{field}`" in documented[name], (name, field)
    assert set(get_args(events.Event)) <= set(get_args(protocol.ServerMessage))


def test_every_error_code_is_documented_with_its_closing_code() -> None:
    documented = rows(section((REFERENCE / "live-protocol.md").read_text(), "Error codes"))
    assert set(documented) == set(get_args(protocol.ErrorCode))
    for code, rest in documented.items():
        closes = rest.split("|")[0].strip()
        number = protocol.CLOSING.get(code)  # type: ignore[call-overload]
        assert closes.startswith("no" if number is None else str(number)), code


def test_settings_come_from_the_environment_below_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEREME_PORT", "9000")
    monkeypatch.setenv("CHEREME_HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.setenv("CHEREME_BUNDLES", "a.chereme, b.chereme")

    settings = load_settings(port=9001, host=None)

    assert (settings.host, settings.port) == ("0.0.0.0", 9001)  # noqa: S104
    assert settings.bundles == (Path("a.chereme"), Path("b.chereme"))


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEREME_MAX_FPS", "many")
    with pytest.raises(CheremeError, match="CHEREME_MAX_FPS"):
        load_settings()
