"""Which bundles a server serves: those that can say something."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from chereme.bundles.read import open_bundle
from chereme.bundles.space import Space
from chereme.bundles.write import write_bundle
from chereme.errors import CheremeError
from chereme.server.catalogue import Catalogue
from chereme.server.settings import Settings


@pytest.fixture
def encoder(bundle: Path, tmp_path: Path) -> Path:
    """The tiny bundle as an encoder: no sign was added to it yet."""
    path, tiny = tmp_path / "encoder-1.0.0.chereme", open_bundle(bundle)
    axes = np.eye(3, dtype=np.float32)
    fields = tiny.manifest.model_dump() | {"name": "encoder", "encoder": True}
    write_bundle(path, fields, tiny.onnx, "# Encoder", {}, space=Space(axes[0], axes, axes))
    return path


def test_an_encoder_without_signs_is_refused(bundle: Path, encoder: Path) -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(CheremeError, match="encoder knows no sign yet") as caught:
        Catalogue(Settings(bundles=(bundle, encoder)), pool)
    assert caught.value.code == "no_signs"


def test_the_encoder_that_ships_is_not_served(bundle: Path, encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = {"encoder": encoder, "tiny": bundle}
    monkeypatch.setattr("chereme.server.catalogue.shipped_bundles", lambda: shipped)
    with ThreadPoolExecutor(1) as pool:
        assert list(Catalogue(Settings(), pool).served) == ["tiny"]
