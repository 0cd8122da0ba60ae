"""What training costs beside the model's own arithmetic: `fit`, and the least loop around bare PyTorch.

    python -m benchmarks.training [--model conv_transformer] [--steps 20] [--rounds 15] [--json]

Both train the same model from the same weights on the same made-up clips, held in memory, with the same batch size,
augmentation and optimiser, on one thread. They take turns; the first steps of a round are not counted, and of each the
median round counts. Time is that of the processor, so that what else runs on the machine weighs less.

The bare loop draws clips at random and steps. `fit` also draws glosses and signers evenly, makes negatives, clips the
gradient, averages the weights and looks whether the loss is a number, all of which is counted as its overhead.
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn

from chereme.features.augment import Augment
from chereme.landmarks import BODY
from chereme.models import build_model
from chereme.training.clips import Clips
from chereme.training.fit import FitConfig, Prepared, fit

GLOSSES = 15
CLIPS = 600
FRAMES = 32
WARM_UP = 4
"""Steps of a round that are not counted."""


def made_up_clips() -> Clips:
    """Of three signers; what they show costs as much to learn as what somebody signed."""
    random = torch.Generator().manual_seed(0)
    points = torch.rand(CLIPS, FRAMES, len(BODY), 3, generator=random)
    groups = tuple(("ann", "ben", "eve")[place % 3] for place in range(CLIPS))
    return Clips(points, torch.arange(CLIPS) % GLOSSES, groups, 0)


def of_fit(name: str, clips: Clips, config: FitConfig) -> float:
    """Seconds a step."""
    at: list[float] = []
    fit(name, clips, BODY, GLOSSES, config, progress=lambda *_: at.append(time.process_time()))
    return (at[-1] - at[WARM_UP - 1]) / (config.steps - WARM_UP)


def of_bare_loop(name: str, clips: Clips, config: FitConfig) -> float:
    """Seconds a step."""
    torch.manual_seed(config.seed)
    model, augment = build_model(name, BODY, GLOSSES), Augment(BODY)
    if isinstance(model, Prepared):
        model.prepare(clips.points, clips.labels)
    optimizer = torch.optim.AdamW(model.parameters(), config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.learning_rate, total_steps=config.steps)
    began = 0.0
    for step in range(config.steps):
        if step == WARM_UP:
            began = time.process_time()
        chosen = torch.randint(len(clips), (config.batch,))
        logits = model(augment(clips.points[chosen]))[0]
        labels = clips.labels[chosen].repeat(len(logits) // config.batch)
        loss = nn.functional.cross_entropy(logits, labels, label_smoothing=config.label_smoothing)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch types it in part
        optimizer.step()
        schedule.step()
    return (time.process_time() - began) / (config.steps - WARM_UP)


def measure(name: str, *, steps: int, rounds: int) -> dict[str, float | str | int]:
    clips, config = made_up_clips(), FitConfig(steps=steps + WARM_UP)
    sides = {"bare": of_bare_loop, "fit": of_fit}
    times: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, train in sides.items():
            times[side].append(train(name, clips, config))
    bare, ours = (statistics.median(times[side]) for side in sides)
    return {
        "model": name,
        "batch": config.batch,
        "bare_clips_per_s": round(config.batch / bare, 1),
        "fit_clips_per_s": round(config.batch / ours, 1),
        "overhead": round(ours / bare - 1, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="conv_transformer")
    parser.add_argument("--steps", type=int, default=20, help="steps counted in a round")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    wanted = parser.parse_args()
    torch.set_num_threads(1)
    found = measure(wanted.model, steps=wanted.steps, rounds=wanted.rounds)
    if wanted.json:
        print(json.dumps(found))
    else:
        print(
            f"{found['model']}, batches of {found['batch']}, one thread: "
            f"bare loop {found['bare_clips_per_s']} clips/s, fit {found['fit_clips_per_s']}, "
            f"overhead {found['overhead']:+.1%}"
        )


if __name__ == "__main__":
    main()
