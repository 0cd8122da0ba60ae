"""Models are found by name: Chereme's own, and those of packages installed beside it."""

import tomllib
from pathlib import Path

import pytest
import torch

from chereme.bundles.export import export_onnx
from chereme.errors import CheremeError
from chereme.landmarks import HANDS
from chereme.models import MODELS, build_model
from chereme.models.registry import PICTURE_MODELS

EXAMPLE = Path(__file__).parents[2] / "examples" / "model-plug-in"
CARDS = Path(__file__).parents[2] / "docs" / "reference" / "models"


def install(folder: Path, entries: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As pip would leave a package with these entry points behind."""
    facts = folder / "a_plug_in-0.1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: a-plug-in\nVersion: 0.1.0\n")
    lines = [f"{name} = {value}" for name, value in entries.items()]
    (facts / "entry_points.txt").write_text("\n".join(["[chereme.models]", *lines]))
    monkeypatch.syspath_prepend(str(folder))


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    install(tmp_path, project["entry-points"]["chereme.models"], monkeypatch)
    monkeypatch.syspath_prepend(str(EXAMPLE))


@pytest.mark.usefixtures("example")
def test_an_installed_package_adds_its_model() -> None:
    model = build_model("mean_shape", HANDS, 5, {"width": 32})
    assert model(torch.rand(2, 9, len(HANDS), 3))[1].shape == (2, 32)
    assert export_onnx(model, len(HANDS), lengths=(5, 20))


@pytest.mark.usefixtures("example")
def test_a_typing_error_in_its_name_or_option_is_answered_as_for_any_other() -> None:
    with pytest.raises(CheremeError, match=r"did you mean mean_shape\?.*choose among .*lstm.*mean_shape"):
        build_model("mean_shap", HANDS, 5)
    with pytest.raises(CheremeError, match="did you mean width"):
        build_model("mean_shape", HANDS, 5, {"widht": 32})


def test_a_package_that_does_not_load_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, {"broken": "no_such_module_anywhere:MODEL"}, monkeypatch)
    with pytest.raises(CheremeError, match=r"plug-in model broken \(no_such_module_anywhere:MODEL\) does not load"):
        build_model("broken", HANDS, 5)
    assert build_model("lstm", HANDS, 5), "the others are not disturbed"


def test_no_package_takes_the_place_of_an_own_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, {"lstm": "no_such_module_anywhere:MODEL"}, monkeypatch)
    assert isinstance(build_model("lstm", HANDS, 5), MODELS["lstm"][1])


@pytest.mark.parametrize("name", [*MODELS, *PICTURE_MODELS])
def test_every_model_has_a_card(name: str) -> None:
    card = (CARDS / f"{name}.md").read_text(encoding="utf-8")
    assert card.startswith(f"# `{name}`")
