"""Is a bundle whole and harmless, and may it be released?"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.graph import inspect_graph
from chereme.bundles.manifest import Manifest, Metric
from chereme.bundles.read import Bundle, open_bundle
from chereme.bundles.runtime import open_session
from chereme.errors import CheremeError

SHIPPABLE_LICENSES = ("MIT", "Apache-2.0", "CC0", "CC BY 4.0", "CC-BY-4.0", "CC-BY 4.0", "BSD", "ODC-By", "PDDL")
"""Licences of training data under which weights may be given away, by how they begin."""

MAX_IDLE_FALSE_POSITIVES = 1.0
"""Words a minute that a released bundle may say while nobody signs."""


def verify_bundle(path: Path) -> Bundle:
    """Open a bundle and check every part of it; the bundle, when all is well.

    Checked: names, number, size and compression of the members, the sha256 of each, the manifest, that exemplars, space
    and enrolled signs hold plain arrays that fit, that the graph uses standard operators only, reads no other file and
    has the inputs and outputs that a bundle promises, and that the same clip gives the same, finite answer twice.
    Raises CheremeError (code `bad_bundle`) with the first fault.
    """
    bundle = open_bundle(path)
    for member in bundle.members:
        bundle.read(member)
    _ = bundle.exemplars, bundle.space, bundle.enrolled
    if bundle.manifest.encoder and bundle.space is None:
        _refuse(bundle, "it is an encoder, but has no space.npz")
    facts = inspect_graph(bundle.onnx)
    if facts.external_data:
        _refuse(bundle, "model.onnx keeps weights in another file")
    if facts.foreign_operators:
        _refuse(
            bundle, f"model.onnx uses operators that are not standard: {', '.join(sorted(facts.foreign_operators))}"
        )
    _check_answers(bundle)
    return bundle


def release_problems(bundle: Bundle) -> list[str]:
    """Why the bundle may not be released, one line a reason; empty when it may."""
    manifest = bundle.manifest
    problems = []
    if not any(_held_out_signer(metric) for metric in manifest.metrics):
        problems.append("no metric on signers that the model has never seen (split `leave-one-signer-out`)")
    flattering = sorted({metric.split for metric in manifest.metrics if "random" in metric.split})
    if flattering:
        problems.append("a metric comes from a random split, in which near copies lie on both sides")
    if manifest.split.kind == "held-out" and not (manifest.split.by and manifest.split.held_out):
        problems.append("the split says held-out, but not who")
    if manifest.split.by == "random":
        problems.append("the weights were chosen on a random split, in which near copies lie on both sides")
    problems += [
        f"the licence of training data {data.name} ({data.license or 'not stated'}) does not allow giving weights away"
        for data in manifest.training_data
        if not data.license.startswith(SHIPPABLE_LICENSES)
    ]
    problems += [
        f"training data {data.name} has no source" for data in manifest.training_data if not data.source.strip()
    ]
    problems += _idle_problems(manifest)
    if manifest.enrolled:
        problems.append(
            f"{', '.join(sign.gloss for sign in manifest.enrolled)}: added from a few clips, so no score on unseen "
            "signers speaks of them, nor of the trained signs beside them"
        )
    if manifest.encoder:
        problems.append("it is an encoder: its scores are of glosses that it does not answer with")
    if not bundle.card.strip():
        problems.append("card.md is missing or empty")
    missing = [gloss.gloss for gloss in manifest.glosses if gloss.gloss not in (manifest.idle, *bundle.exemplars)]
    if missing:
        problems.append(f"no exemplar of {', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}")
    return problems


def _idle_problems(manifest: Manifest) -> list[str]:
    if manifest.idle is None:
        return ["there is no idle gloss: the model names a sign for any movement"]
    if manifest.idle_false_positives_per_minute is None:
        return ["words said while nobody signs were not counted (idle_false_positives_per_minute)"]
    if manifest.idle_false_positives_per_minute > MAX_IDLE_FALSE_POSITIVES:
        return [
            f"{manifest.idle_false_positives_per_minute:.2f} words a minute are said while nobody signs, "
            f"the limit is {MAX_IDLE_FALSE_POSITIVES:g}"
        ]
    return []


def _held_out_signer(metric: Metric) -> bool:
    return metric.split in ("leave-one-signer-out", "held-out-signers")


def _check_answers(bundle: Bundle) -> None:
    """Run the graph on an ordinary clip, one with gaps and one with nobody in it."""
    manifest = bundle.manifest
    session = open_session(bundle.onnx, bundle.path.name, threads=1)
    inputs, outputs = session.get_inputs(), session.get_outputs()
    shape = inputs[0].shape if len(inputs) == 1 else []
    if [item.name for item in inputs] != ["landmarks"] or inputs[0].type != "tensor(float)" or len(shape) != 4:
        _refuse(bundle, "model.onnx must have one input, landmarks float32 [batch, frames, points, 3]")
    if isinstance(shape[0], int) or isinstance(shape[1], int):
        _refuse(bundle, "model.onnx must take any batch and any number of frames")
    if shape[2:] != [len(manifest.layout), 3]:
        _refuse(bundle, f"model.onnx reads {shape[2:]} a frame, its groups have {[len(manifest.layout), 3]}")
    if {item.name for item in outputs} != {"logits", "embedding"}:
        _refuse(bundle, "model.onnx must have the outputs logits and embedding")
    for frames in {manifest.min_frames, manifest.max_frames}:
        clips = _trial_clips(frames, len(manifest.layout))
        try:
            first, again = (session.run(["logits", "embedding"], {"landmarks": clips}) for _ in range(2))
        except Exception as error:  # ONNX Runtime raises its own, unrelated types
            raise CheremeError(
                f"{bundle.path.name} is refused: model.onnx fails on a clip of {frames} frames", code="bad_bundle"
            ) from error
        logits, embedding = first
        if logits.shape != (len(clips), len(manifest.glosses)):
            _refuse(
                bundle, f"model.onnx gives logits {list(logits.shape)}, bundle.json has {len(manifest.glosses)} glosses"
            )
        if embedding.ndim != 2 or len(embedding) != len(clips):
            _refuse(bundle, "model.onnx must give one embedding a clip")
        if bundle.space is not None and embedding.shape[1:] != bundle.space.mean.shape:
            _refuse(bundle, "space.npz does not fit the embeddings of model.onnx")
        if not (np.isfinite(logits).all() and np.isfinite(embedding).all()):
            _refuse(bundle, "model.onnx answers with numbers that are not finite")
        if not all(np.array_equal(one, two) for one, two in zip(first, again, strict=True)):
            _refuse(bundle, "model.onnx answers differently when it is asked again")


def _trial_clips(frames: int, points: int) -> NDArray[np.float32]:
    clips = np.random.default_rng(0).random((3, frames, points, 3), dtype=np.float32)
    clips[1, :, ::2] = np.nan
    clips[2] = np.nan
    return clips


def _refuse(bundle: Bundle, reason: str) -> None:
    raise CheremeError(f"{bundle.path.name} is refused: {reason}", code="bad_bundle")
