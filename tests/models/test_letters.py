"""The networks that look at hands are small, and the recurrent one really goes by the order of what it sees."""

import pytest
import torch

from chereme.errors import CheremeError
from chereme.models import build_model
from chereme.models.registry import PICTURE_MODELS, build_picture_model

PICTURES = torch.rand(2, 5, 3, 224, 224, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", ["letters_cnn", "letters_cnn_rnn"])
def test_it_has_under_five_million_weights(name: str) -> None:
    model = build_picture_model(name, 26)
    assert sum(weight.numel() for weight in model.parameters()) < 5_000_000


@pytest.mark.parametrize("name", PICTURE_MODELS)
@torch.no_grad()
def test_crops_of_any_size_and_number_are_answered_alone_as_in_a_batch(name: str) -> None:
    torch.manual_seed(0)
    model = build_picture_model(name, 26).eval()
    for frames, side in ((1, 224), (3, 100)):
        pictures = PICTURES[:, :frames, :, :side, :side]
        logits, embedding = model(pictures)
        assert logits.shape == (2, 26)
        assert embedding.ndim == 2
        assert torch.allclose(logits[:1], model(pictures[:1])[0], atol=1e-5)


@torch.no_grad()
def test_shuffled_frames_change_the_answer_of_the_recurrent_network_alone() -> None:
    torch.manual_seed(0)
    shuffled = PICTURES[:, [3, 0, 4, 1, 2]]
    recurrent, plain = (build_picture_model(name, 26).eval() for name in ("letters_cnn_rnn", "letters_cnn"))
    assert not torch.allclose(recurrent(PICTURES)[0], recurrent(shuffled)[0], atol=1e-4)
    assert torch.allclose(plain(PICTURES)[0], plain(shuffled)[0], atol=1e-5)


def test_a_model_that_looks_at_landmarks_is_refused() -> None:
    with pytest.raises(CheremeError, match=r"lstm looks at landmarks, not at pictures: choose among letters_cnn"):
        build_picture_model("lstm", 26)
    with pytest.raises(CheremeError, match="did you mean letters_cnn"):
        build_picture_model("leters_cnn", 26)


def test_they_are_found_by_name_like_any_other() -> None:
    from chereme.landmarks import HANDS

    assert isinstance(build_model("letters_cnn", HANDS, 26, {"dense": 8}), PICTURE_MODELS["letters_cnn"][1])
    with pytest.raises(CheremeError, match="did you mean dense"):
        build_model("letters_cnn", HANDS, 26, {"dens": 8})
