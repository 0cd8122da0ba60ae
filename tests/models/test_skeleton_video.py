"""A film of 42 pictures of 128 x 128 is drawn and watched."""

import sys

import pytest
import torch

from chereme.errors import CheremeError
from chereme.landmarks import BODY, HANDS
from chereme.models import build_model


@torch.no_grad()
def test_it_watches_42_pictures_of_128_pixels_in_one_forward_pass() -> None:
    model = build_model("skeleton_video", BODY, 100).eval()
    films: list[torch.Size] = []
    model.get_submodule("render").register_forward_hook(lambda _, __, film: films.append(film.shape))
    logits, embedding = model(torch.rand(1, 9, len(BODY), 3))
    assert films == [(1, 42, 3, 128, 128)]
    assert logits.shape == (1, 100)
    assert embedding.shape == (1, 96)


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(CheremeError, match=r"pip install 'chereme\[video\]'"):
        build_model("skeleton_video", HANDS, 3)
