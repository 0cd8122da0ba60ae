"""From a run to the file that ships."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, ValidationError

from chereme import __version__
from chereme.bundles.export import export_onnx
from chereme.bundles.export_tflite import export_tflite
from chereme.bundles.manifest import Language, Manifest, Metric, Name, Spotting, TrainingData, Version
from chereme.bundles.space import Space, fit_space
from chereme.bundles.write import write_bundle
from chereme.datasets import SignDataset
from chereme.datasets.dataset import IDLE
from chereme.errors import CheremeError
from chereme.landmarks.model import MODEL_SHA256
from chereme.landmarks.sequence import LandmarkSequence
from chereme.models.registry import PICTURE_MODELS
from chereme.training.clips import model_input
from chereme.training.run import Run

MOST_CLIPS_LOOKED_AT = 200
"""Of each gloss, for its medoid and for the space."""

DEFAULT_FPS = 15.0
"""What is assumed of a dataset that does not say how many frames it has a second."""


class About(BaseModel):
    """What only a person can say about a bundle: a JSON file beside it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    version: Version
    title: dict[Language, str] = {}
    texts: dict[str, dict[Language, str]] = {}
    """gloss → language → what it says; without it the gloss stands."""
    spelling: bool = False
    encoder: bool = False
    """The glosses only teach the network; the bundle answers with signs that are added to it."""
    fps: float = DEFAULT_FPS
    """Where the training data does not say; what a laptop reaches that extracts landmarks while it records."""
    spotting: Spotting = Spotting()
    training_data: tuple[TrainingData, ...] = ()
    """Where the dataset was merged from; otherwise the dataset itself."""
    metrics: tuple[Metric, ...] = ()
    """Scores of another kind than those of `chereme crossval`."""
    idle_false_positives_per_minute: float | None = None
    limits: tuple[str, ...] = ()
    """What the bundle cannot do, for the card."""

    @classmethod
    def read(cls, path: Path) -> "About":
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise CheremeError(f"{path} cannot be read: {error.strerror}") from error
        except ValidationError as error:
            problem = error.errors()[0]
            raise CheremeError(f"{path}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}") from error


def ship(
    run: Run,
    about: About,
    output: Path,
    dataset: SignDataset,
    scores: list[dict[str, Any]] | None = None,
    *,
    tflite: bool = False,
) -> Manifest:
    """Write the bundle of a run.

    dataset: what the run was trained on; the exemplars are taken from it.
    scores: results of `chereme crossval --json` of the same model and data; their figures and the first one's
        temperature go into the bundle.
    tflite: also hold the network in the form that phones run.
    """
    scores = scores or []
    facts = run.facts
    if facts["model"] in PICTURE_MODELS:
        raise CheremeError(
            f"{facts['model']} looks at pictures of hands, and a bundle is given landmarks: train another model for it"
        )
    known_fps = [sample.fps for sample in dataset.samples if sample.fps is not None]
    fps = float(np.median(known_fps)) if known_fps else about.fps
    own = facts["dataset"]
    metrics = [*about.metrics, *(metric for score in scores for metric in _metrics(score))]
    fields = {
        "name": about.name,
        "version": about.version,
        "title": about.title or {"en": about.name},
        "sign_language": own["sign_language"],
        "glosses": [{"gloss": gloss, "texts": about.texts.get(gloss, {})} for gloss in facts["glosses"]],
        "idle": IDLE if IDLE in facts["glosses"] else None,
        "spelling": about.spelling,
        "encoder": about.encoder,
        "groups": facts["groups"],
        "fps": fps,
        "aspect": facts["aspect"],
        "min_frames": 2,
        "max_frames": 256,
        "temperature": scores[0]["temperature"] if scores else 1.0,
        "spotting": about.spotting,
        "training_data": about.training_data
        or [TrainingData(**{name: own[name] for name in ("name", "source", "license", "samples")})],
        "split": facts["split"],
        "weights_sha256": run.weights_sha256,
        "group_weights": facts.get("group_weights", {}),
        "metrics": metrics,
        "idle_false_positives_per_minute": about.idle_false_positives_per_minute,
        "landmark_model_sha256": MODEL_SHA256,
        "code_version": __version__,
    }
    points = len(run.layout)
    onnx = export_onnx(run.model, points)
    for_phones = export_tflite(run.model, points, fields["max_frames"]) if tflite else None
    exemplars, space = look_back(run, dataset)
    return write_bundle(output, fields, onnx, _card(fields, about, metrics), exemplars, for_phones, space)


def look_back(run: Run, dataset: SignDataset) -> tuple[dict[str, LandmarkSequence], Space]:
    """What the trained model makes of its own training clips: the medoid of each gloss, and the space of embeddings.

    The medoid is the clip whose embedding lies nearest to all others of its gloss. Idle has none.
    """
    glosses, aspect = run.facts["glosses"], run.facts["aspect"]
    medoids, embeddings, labels = {}, [], []
    for label, gloss in enumerate(glosses):
        indices = np.flatnonzero(dataset.column("gloss") == gloss)
        if len(indices) == 0:
            continue
        clips = [dataset[index] for index in indices[:: max(1, len(indices) // MOST_CLIPS_LOOKED_AT)].tolist()]
        with torch.inference_mode():
            own = torch.cat([run.model(model_input(clip, aspect)[None])[1] for clip in clips])
        if gloss != IDLE:
            medoids[gloss] = clips[int(torch.cdist(own, own).sum(dim=1).argmin())]
        embeddings.append(own.numpy())
        labels += [label] * len(own)
    idle = glosses.index(IDLE) if IDLE in glosses else None
    return medoids, fit_space(np.concatenate(embeddings), np.array(labels, dtype=np.int64), len(glosses), idle)


def read_scores(path: Path) -> dict[str, Any]:
    """One result of `chereme crossval --json`."""
    try:
        score: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _metrics(score)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheremeError(f"{path} is not a result of chereme crossval --json: {error}") from error
    return score


def _metrics(score: dict[str, Any]) -> list[Metric]:
    return [
        Metric(
            name="top1",
            value=score["top1"],
            interval_95=tuple(score["interval_95"]),
            n=score["n"],
            dataset=score["dataset"],
            split="random" if score["by"] == "random" else f"leave-one-{score['by']}-out",
            worst_group=score["worst_group"]["held_out"],
            worst_value=score["worst_group"]["top1"],
        )
    ]


def _card(fields: dict[str, Any], about: About, metrics: list[Metric]) -> str:
    signs = [gloss["gloss"] for gloss in fields["glosses"] if gloss["gloss"] != fields["idle"]]
    lines = [
        f"# {fields['title'].get('en', fields['name'])}",
        "",
        *_what(fields, signs),
        "",
        "## Trained on",
        "",
        *[f"- {data.name}: {data.samples:,} clips. {data.license}. {data.source}" for data in fields["training_data"]],
        "",
        f"Split of these weights: {_split(fields['split'])}. sha256 of the training sample ids: "
        f"`{fields['split']['train_ids_sha256']}`.",
        "",
        "## Score on people it had not seen",
        "",
    ]
    if metrics:
        lines += [
            "| dataset | held out | top-1 | 95 % interval | clips | worst group |",
            "|---|---|---|---|---|---|",
            *[
                f"| {metric.dataset} | {metric.split} | {metric.value:.3f} | {metric.interval_95[0]:.3f}–"
                f"{metric.interval_95[1]:.3f} | {metric.n:,} | {metric.worst_group}: {metric.worst_value:.3f} |"
                for metric in metrics
            ],
            "",
            _without(about),
        ]
    else:
        lines.append("Not measured.")
    lines += ["", "## Limits", "", *[f"- {limit}" for limit in about.limits], ""]
    return "\n".join(lines)


def _without(about: About) -> str:
    if about.encoder:
        return "The network has never seen the set. The interval draws sessions: other people may well fall outside it."
    return (
        "Each clip was scored by a model trained without its group; the shipped weights are then trained on all of "
        "them. The interval counts clips (Wilson), not people: another signer may well fall outside it."
    )


def _what(fields: dict[str, Any], signs: list[str]) -> list[str]:
    named = f"`{fields['name']}` {fields['version']}"
    if fields["encoder"]:
        return [
            f"{named} is an encoder: it recognises the isolated signs that are added to it from a few clips "
            f"(`chereme enrol`), and none before. Its network learned to tell {len(signs)} signs apart.",
            "",
            f"**Learned from:** {', '.join(signs)}.",
        ]
    return [
        f"{named} recognises {len(signs)} isolated signs of the sign language `{fields['sign_language']}` "
        "(ISO 639-3). It does not translate a language.",
        "",
        f"**Signs:** {', '.join(signs)}.",
    ]


def _split(split: dict[str, Any]) -> str:
    if split["kind"] == "all":
        return "all samples"
    return f"all but {split['by']} {', '.join(split['held_out'])}"
