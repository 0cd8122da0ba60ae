"""What people give by mistake, through the real command: one line that says what to do, exit code 1 or 2, no trace.

Videos and bundles given to `predict` and `translate` are tested beside the recogniser.
"""

import errno
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
import pytest

from chereme.cli.main import run
from chereme.datasets import Sample, SignDataset
from chereme.landmarks import HANDS, LandmarkSequence

SCREEN = {"COLUMNS": "200", "TERM": "dumb"}


def chereme(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in this process: to start Python and load torch for each slip takes seconds."""
    words, said, complained = ["chereme", *map(str, arguments)], io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as given, redirect_stdout(said), redirect_stderr(complained):
        given.setattr(sys, "argv", words)
        for name, value in SCREEN.items():
            given.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            run()
    return subprocess.CompletedProcess(words, int(ended.value.code or 0), said.getvalue(), complained.getvalue())


def started(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, where decoders and runtimes written in C would be heard too."""
    command = [sys.executable, "-m", "chereme", *map(str, arguments)]
    environment = {**os.environ, **SCREEN, "OMP_WAIT_POLICY": "PASSIVE"}
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment, check=False)


def says(done: subprocess.CompletedProcess[str], message: str) -> None:
    """One line on standard error, with this in it, and exit code 1."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode == 1, done.stderr
    assert message in lines[-1]
    assert lines[-1].startswith("chereme: ")
    assert len(lines) == 1
    assert done.stdout == ""


@pytest.fixture(scope="session")
def make_dataset(tmp_path_factory: pytest.TempPathFactory, clip: Callable[..., np.ndarray]) -> Callable[..., Path]:
    """Writes a small dataset of the toy signs by these signers; None leaves the signer unstated."""

    def make(*signers: str | None) -> Path:
        path = tmp_path_factory.mktemp("data") / "signs"
        dataset = SignDataset.create(
            path, name="toys", sign_language="ase", groups=HANDS.groups, license="CC0", source="here"
        )
        dataset.append(
            (
                Sample(f"{place}-{gloss}-{seed}", gloss, signer, session=f"s{seed}"),
                LandmarkSequence(clip(gloss, seed=seed), HANDS, 15.0, 4 / 3),
            )
            for place, signer in enumerate(signers)
            for gloss in ("up", "near")
            for seed in range(2)
        )
        return path

    return make


@pytest.fixture(scope="session")
def dataset(make_dataset: Callable[..., Path]) -> Path:
    return make_dataset("ann", "ben")


def test_what_is_no_dataset(tmp_path: Path) -> None:
    for verb in (["data", "info"], ["crossval"]):
        says(chereme(*verb, tmp_path), f"{tmp_path} is not a dataset: it has no dataset.json")
    says(chereme("data", "info", tmp_path / "absent"), "absent is not a dataset")
    says(started("train", tmp_path, "-o", tmp_path / "run"), "is not a dataset")


def test_a_file_that_cannot_be_written(dataset: Path, tmp_path: Path) -> None:
    card = tmp_path / "absent" / "card.md"
    says(chereme("data", "card", dataset, "--quick", "-o", card), f"{card} cannot be read or written: No such file")


def test_a_dataset_cut_short(make_dataset: Callable[..., Path]) -> None:
    path = make_dataset("ann")
    with (path / "landmarks.npy").open("r+b") as file:
        file.truncate(1000)
    says(chereme("data", "info", path), "landmarks.npy")


def test_signers_that_are_not_stated(make_dataset: Callable[..., Path]) -> None:
    done = chereme("crossval", make_dataset(None, None), "--by", "signer", "--steps", "1", "--jobs", "1")
    says(done, "does not say the signer of 8 of 8 clips, so none can be held out: use --by session, or fill the signer")


def test_one_signer_only(make_dataset: Callable[..., Path]) -> None:
    done = chereme("crossval", make_dataset("ann"), "--steps", "1", "--jobs", "1")
    says(done, "has only one signer (ann): a score on unseen people needs two or more")


def test_an_empty_dataset(tmp_path: Path) -> None:
    SignDataset.create(tmp_path / "d", name="d", sign_language="ase", groups=HANDS.groups, license="x", source="y")
    assert chereme("data", "info", tmp_path / "d").returncode == 0
    says(chereme("train", tmp_path / "d", "-o", tmp_path / "run"), "there is nothing to train on")
    assert not (tmp_path / "run").exists()


def test_an_unknown_model_names_the_nearest(dataset: Path, tmp_path: Path) -> None:
    done = chereme("train", dataset, "-o", tmp_path / "run", "--model", "conv-transformer")
    says(done, "unknown model conv-transformer (did you mean conv_transformer?): choose among conv_transformer")
    assert not (tmp_path / "run").exists()


def test_an_unknown_gloss_to_leave_out(dataset: Path) -> None:
    says(chereme("crossval", dataset, "--leave-out", "up,nothing"), "toys has no gloss nothing to leave out")


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk tells at the latest when bytes are to be kept for good; an open file has no name by then."""

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_leaves_nothing_half_written(dataset: Path, tmp_path: Path) -> None:
    run, folds = tmp_path / "run", tmp_path / "folds"
    weights = run / "weights.safetensors"
    says(chereme("train", dataset, "-o", run, "--model", "nearest"), f"{weights} cannot be written (No space left on")
    done = chereme("crossval", dataset, "--model", "nearest", "--jobs", "1", "--save", folds)
    says(done, "no room is left on the disk: make some, then give the same command again")
    assert [*run.iterdir(), *folds.iterdir()] == []


def test_a_run_folder_in_the_way(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    says(chereme("train", dataset, "-o", tmp_path), f"{tmp_path} is in the way: choose a new or empty folder")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_what_cannot_be_held_out_is_wrong_use(dataset: Path) -> None:
    done = chereme("crossval", dataset, "--by", "handedness")
    assert done.returncode == 2
    assert "'handedness' is not one of" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["dance"],
        ["predict"],
        ["predict", "x.mp4", "--bundle", "asl-words", "--top", "0"],
        ["train", "data"],
        ["crossval", "data", "--steps", "none"],
        ["bundle", "build", "run"],
        ["evaluate-stream", "data"],
    ],
    ids=" ".join,
)
def test_wrong_use_has_code_two_and_no_trace(arguments: list[str]) -> None:
    done = chereme(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


# Bundles, through every verb that takes one


def changed(bundle: Path, to: Path, member: str, content: bytes) -> Path:
    """The bundle with other bytes in one member."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return to


def newer(bundle: Path, to: Path) -> Path:
    with zipfile.ZipFile(bundle) as archive:
        fields = json.loads(archive.read("bundle.json"))
    return changed(bundle, to, "bundle.json", json.dumps({**fields, "format": 99}).encode())


@pytest.mark.parametrize("verb", ["predict", "translate", "evaluate-stream", "verify", "serve"])
def test_a_bundle_that_was_changed_or_is_newer(verb: str, toy_bundle: Path, dataset: Path, tmp_path: Path) -> None:
    tampered = changed(toy_bundle, tmp_path / "tampered.chereme", "model.onnx", b"other weights")
    late = newer(toy_bundle, tmp_path / "newer.chereme")
    for bundle, message in (
        (tampered, "tampered.chereme is refused: model.onnx is not what its sha256 says"),
        (late, "newer.chereme was made by a newer Chereme (format 99, this one reads 1): upgrade"),
        (tmp_path / "absent.chereme", "there is no bundle"),
    ):
        says(
            {
                "predict": lambda bundle: started("predict", "clip.mp4", "-b", bundle),
                "translate": lambda bundle: chereme("translate", "clip.mp4", "-b", bundle),
                "evaluate-stream": lambda bundle: chereme("evaluate-stream", dataset, "-b", bundle),
                "verify": lambda bundle: chereme("bundle", "verify", bundle),
                "serve": lambda bundle: chereme("serve", "--bundle", bundle, "--port", "0"),
            }[verb](bundle),
            message,
        )


def test_a_release_that_is_not_ready_says_why(
    fields: Callable[[], dict[str, object]], toy_onnx: bytes, tmp_path: Path
) -> None:
    from chereme.bundles.write import write_bundle

    path = tmp_path / "toy-1.0.0.chereme"
    write_bundle(path, {**fields(), "metrics": []}, toy_onnx, "# Toy\n", {})
    done = chereme("bundle", "verify", path, "--release")
    assert (done.returncode, done.stderr) == (1, "")
    assert "no metric on signers that the model has never seen" in done.stdout
    assert chereme("bundle", "verify", path).returncode == 0


def test_building_from_what_is_no_run_or_no_score(dataset: Path, tmp_path: Path) -> None:
    about, score = tmp_path / "about.json", tmp_path / "score.json"
    about.write_text('{"name": "toy", "version": "1.0.0"}')
    build = ("bundle", "build", tmp_path, "--data", dataset, "--about", about, "-o", tmp_path / "toy.chereme")
    says(chereme(*build), f"{tmp_path} is not a training run")
    about.write_text('{"name": "Toy Signs", "version": "1.0.0"}')
    says(chereme(*build), "is not a training run")
    score.write_text("{}")
    says(chereme(*build, "--score", score), "is not a training run")
    assert not (tmp_path / "toy.chereme").exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.mp4", b"", "is empty (0 bytes): record or download it again"),
        ("noise.mp4", bytes(range(256)) * 16, "is not a video that can be read: use MP4, WebM, MOV, AVI or MKV"),
    ],
)
def test_translate_refuses_what_is_no_video(
    name: str, content: bytes, message: str, toy_bundle: Path, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    says(started("translate", tmp_path / name, "-b", toy_bundle), f"{tmp_path / name} {message}")


def test_predict_answers_json_for_what_failed(toy_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").write_bytes(b"")
    done = started("predict", tmp_path / "empty.mp4", "-b", toy_bundle, "--json")
    assert (done.returncode, done.stderr) == (1, "")
    answer = json.loads(done.stdout)["answers"][0]
    assert answer["error"]["code"] == "empty_file"
    assert "top" not in answer


def test_a_language_without_texts(toy_bundle: Path) -> None:
    film = Path(__file__).parents[1] / "data/films/slp-pose-test.mp4"
    says(chereme("translate", film, "-b", toy_bundle, "-l", "fr"), "fr")
