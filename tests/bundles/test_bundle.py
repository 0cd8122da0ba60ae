"""A bundle round trip, and every way in which a bundle may be wrong."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chereme.bundles.manifest import FORMAT
from chereme.bundles.read import open_bundle
from chereme.bundles.verify import release_problems, verify_bundle
from chereme.bundles.write import write_bundle
from chereme.errors import CheremeError
from chereme.landmarks.layout import BODY, HANDS
from chereme.landmarks.sequence import LandmarkSequence

Fields = Callable[[], dict[str, Any]]
Clip = Callable[..., NDArray[np.float32]]


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, members: list[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def repacked(toy: Path, to: Path, **changed: bytes) -> Path:
    """The toy bundle with some members changed, its sha256 left as they were."""
    members = members_of(toy) | {name.replace("__", "."): content for name, content in changed.items()}
    return pack(to, list(members.items()))


def refusal(path: Path) -> CheremeError:
    with pytest.raises(CheremeError) as caught:
        verify_bundle(path)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_round_trip_loses_nothing(toy_bundle: Path, toy_onnx: bytes, clip: Clip) -> None:
    bundle = verify_bundle(toy_bundle)
    assert bundle.onnx == toy_onnx
    assert bundle.card == "# Toy\n"
    assert [gloss.gloss for gloss in bundle.manifest.glosses] == ["-", "up", "near", "away"]
    assert set(bundle.exemplars) == {"up", "near", "away"}
    np.testing.assert_allclose(bundle.exemplars["near"].points, clip("near"), atol=1e-3)
    assert bundle.exemplars["near"].fps == bundle.manifest.fps


def test_the_same_content_gives_the_same_bytes(
    toy_bundle: Path, fields: Fields, toy_onnx: bytes, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        write_bundle(tmp_path / name, fields(), toy_onnx, "card", {})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_failed_write_leaves_the_old_bundle_and_no_debris(fields: Fields, toy_onnx: bytes, tmp_path: Path) -> None:
    path = tmp_path / "toy.chereme"
    write_bundle(path, fields(), toy_onnx, "card", {})
    before = path.read_bytes()
    with pytest.raises(CheremeError):
        write_bundle(path, fields() | {"groups": BODY.groups}, toy_onnx, "card", {})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_exemplars_are_resampled_to_the_bundle(fields: Fields, toy_onnx: bytes, clip: Clip, tmp_path: Path) -> None:
    path = tmp_path / "toy.chereme"
    twice_as_fast = LandmarkSequence(clip("up", 41), HANDS, 30.0).select(BODY)
    write_bundle(path, fields(), toy_onnx, "card", {"up": twice_as_fast})
    assert len(open_bundle(path).exemplars["up"]) == 21


@pytest.mark.parametrize("member", ["model.onnx", "exemplars.npz", "card.md"])
def test_a_changed_member_is_refused(toy_bundle: Path, tmp_path: Path, member: str) -> None:
    content = members_of(toy_bundle)[member]
    broken = repacked(toy_bundle, tmp_path / "b", **{member.replace(".", "__"): content[:-1] + b"?"})
    assert member in str(refusal(broken))


@pytest.mark.parametrize("member", ["bundle.json", "model.onnx", "card.md"])
def test_a_missing_member_is_refused(toy_bundle: Path, tmp_path: Path, member: str) -> None:
    members = members_of(toy_bundle)
    del members[member]
    assert refusal(pack(tmp_path / "b", list(members.items()))).code == "bad_bundle"


@pytest.mark.parametrize("name", ["extra.py", "../evil", "/etc/evil", "model.onnx/x", "model.pkl", "MODEL.ONNX"])
def test_a_member_that_does_not_belong_is_refused(toy_bundle: Path, tmp_path: Path, name: str) -> None:
    broken = pack(tmp_path / "b", [*members_of(toy_bundle).items(), (name, b"x")])
    assert "does not belong" in str(refusal(broken))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_occurs_twice_is_refused(toy_bundle: Path, tmp_path: Path) -> None:
    broken = pack(tmp_path / "b", [*members_of(toy_bundle).items(), ("card.md", b"another")])
    assert "twice" in str(refusal(broken))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(toy_bundle: Path, tmp_path: Path) -> None:
    broken = repacked(toy_bundle, tmp_path / "b", model__onnx=bytes(20 << 20))
    assert "times its size" in str(refusal(broken))


def test_a_member_over_its_limit_is_refused(toy_bundle: Path, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).bytes(2 << 20)
    assert "larger than 1 MiB" in str(refusal(repacked(toy_bundle, tmp_path / "b", card__md=noise)))


def test_a_size_that_lies_is_refused(toy_bundle: Path, tmp_path: Path) -> None:
    raw = bytearray(toy_bundle.read_bytes())
    central = raw.rindex(b"model.onnx") - 46
    raw[central + 24 : central + 28] = (10).to_bytes(4, "little")
    (tmp_path / "b").write_bytes(raw)
    assert refusal(tmp_path / "b").code == "bad_bundle"


def test_an_encrypted_member_is_refused(toy_bundle: Path, tmp_path: Path) -> None:
    raw = bytearray(toy_bundle.read_bytes())
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "b").write_bytes(raw)
    assert "encrypted" in str(refusal(tmp_path / "b"))


def test_a_newer_format_says_upgrade(toy_bundle: Path, tmp_path: Path) -> None:
    manifest = json.loads(members_of(toy_bundle)["bundle.json"]) | {"format": FORMAT + 1, "novelty": True}
    error = refusal(repacked(toy_bundle, tmp_path / "b", bundle__json=json.dumps(manifest).encode()))
    assert error.code == "newer_bundle"
    assert "made by a newer Chereme" in str(error)
    assert "upgrade" in str(error)


@pytest.mark.parametrize(
    ("field", "value"),
    [("idle", "nothing"), ("groups", ["tail"]), ("fps", 0), ("name", "../toy"), ("novelty", 1), ("glosses", [])],
)
def test_a_wrong_manifest_is_refused(toy_bundle: Path, tmp_path: Path, field: str, value: object) -> None:
    manifest = json.loads(members_of(toy_bundle)["bundle.json"]) | {field: value}
    error = refusal(repacked(toy_bundle, tmp_path / "b", bundle__json=json.dumps(manifest).encode()))
    assert error.code == "bad_bundle"


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all" * 100])
def test_what_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b").write_bytes(content)
    assert "not a Chereme bundle" in str(refusal(tmp_path / "b"))


def test_an_absent_bundle_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.chereme").code == "no_bundle"


def test_pickles_in_exemplars_are_refused(fields: Fields, toy_bundle: Path, toy_onnx: bytes, tmp_path: Path) -> None:
    import hashlib

    packed = io.BytesIO()
    np.savez(packed, points=np.array([{"a": 1}], dtype=object), starts=np.zeros(5, dtype=np.int64))
    manifest = json.loads(members_of(toy_bundle)["bundle.json"])
    manifest["sha256"]["exemplars.npz"] = hashlib.sha256(packed.getvalue()).hexdigest()
    broken = repacked(
        toy_bundle, tmp_path / "b", bundle__json=json.dumps(manifest).encode(), exemplars__npz=packed.getvalue()
    )
    assert "exemplars.npz" in str(refusal(broken))


def test_the_release_gate_passes_a_good_bundle(toy_bundle: Path) -> None:
    assert release_problems(open_bundle(toy_bundle)) == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"metrics": []}, "never seen"),
        ({"idle_false_positives_per_minute": None}, "not counted"),
        ({"idle_false_positives_per_minute": 3.0}, "3.00 words a minute"),
        ({"idle": None}, "no idle gloss"),
        (
            {"training_data": [{"name": "t", "source": "s", "license": "C-UDA", "samples": 1}]},
            "licence of training data t",
        ),
        ({"training_data": [{"name": "t", "source": "", "license": "MIT", "samples": 1}]}, "no source"),
        ({"split": {"kind": "held-out", "by": "random", "train_ids_sha256": "0" * 64}}, "random split"),
    ],
)
def test_the_release_gate_gives_its_reason(
    fields: Fields, toy_onnx: bytes, tmp_path: Path, changed: dict[str, Any], reason: str
) -> None:
    path = tmp_path / "toy.chereme"
    write_bundle(path, fields() | changed, toy_onnx, "card", {})
    assert any(reason in problem for problem in release_problems(open_bundle(path)))
