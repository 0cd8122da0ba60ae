"""Copied into tensors, the trees vote as they do in scikit-learn."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from sklearn.ensemble import RandomForestClassifier

from chereme.landmarks import HANDS
from chereme.models.random_forest import RandomForest, RandomForestConfig


@torch.no_grad()
def test_every_vote_is_that_of_scikit_learn(toys: Callable[..., Any]) -> None:
    clips, labels, unseen, _ = toys(HANDS)
    config = RandomForestConfig(trees=30, moments=3)
    model = RandomForest(HANDS, 3, config).eval()
    torch.manual_seed(5)
    seed = int(torch.randint(2**31, ()))
    torch.manual_seed(5)
    model.learn(clips, labels, ["ann"] * len(clips), torch.clone)

    features = [model._features(part).numpy() for part in (clips, unseen)]
    forest = RandomForestClassifier(30, max_depth=config.depth, class_weight="balanced", random_state=seed)
    forest.fit(np.concatenate([features[0], features[0]]), labels.repeat(2).numpy())
    for part, numbers in zip((clips, unseen), features, strict=True):
        votes = np.stack([tree.predict(numbers) for tree in forest.estimators_])
        counts = np.stack([(votes == gloss).sum(axis=0) for gloss in range(3)], axis=1)
        assert torch.allclose(model(part)[1], torch.from_numpy((counts + 1 / 3) / 31).float())


@torch.no_grad()
def test_a_gloss_that_was_never_shown_gets_no_vote_but_is_not_ruled_out(toys: Callable[..., Any]) -> None:
    clips, labels, unseen, _ = toys(HANDS)
    model = RandomForest(HANDS, 5, RandomForestConfig(trees=10, moments=3))
    model.learn(clips, labels + 2, ["ann"] * len(clips), torch.clone)
    logits, shares = model.eval()(unseen)
    assert torch.isfinite(logits).all()
    assert torch.allclose(shares.sum(dim=1), torch.tensor(1.0))
    assert shares[:, :2].max() < shares[:, 2:].amax(dim=1).min()
