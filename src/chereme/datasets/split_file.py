"""`splits/NAME.json` in a dataset's folder: a split that is kept, and says when it was touched or no longer fits.

{"format": 1, "name", "kind", "by", "seed", "parts": {"train": [ids …], …},
 "ids_sha256": of the dataset's ids, sorted, a line each; "sha256": of all the rest}
"""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any, get_args

from chereme.datasets.dataset import SignDataset
from chereme.datasets.splits import By, Kind, Split
from chereme.errors import CheremeError

FORMAT = 1

NAME = re.compile(r"[\w-][\w.-]{0,63}", re.ASCII)


def write_split(dataset: SignDataset, name: str, split: Split) -> Path:
    """Keep a split of this dataset under a name that is not taken; returns the file."""
    file = _file(dataset, name)
    if file.exists():
        raise CheremeError(f"{dataset.path} already has a split {name}: choose another name, or delete {file}")
    content: dict[str, Any] = {
        "format": FORMAT,
        "name": name,
        "kind": split.kind,
        "by": split.by,
        "seed": split.seed,
        "parts": {part: list(ids) for part, ids in split.parts.items()},
        "ids_sha256": _sha256_of_ids(dataset),
    }
    content["sha256"] = _sha256(content)
    file.parent.mkdir(exist_ok=True)
    temporary = file.with_name(f".{file.name}.writing")
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)
    return file


def split_names(dataset: SignDataset) -> tuple[str, ...]:
    """The splits that are kept with this dataset, sorted."""
    files = (dataset.path / "splits").glob("*.json")
    return tuple(sorted(file.stem for file in files if NAME.fullmatch(file.stem) and not file.stem.startswith(".")))


def read_split(dataset: SignDataset, name: str) -> Split:
    """A split that is kept; raises `CheremeError` when it was changed by hand, or the dataset since it was made."""
    file = _file(dataset, name)
    if not file.is_file():
        there = ", ".join(split_names(dataset)) or "none yet, make one with chereme data split"
        raise CheremeError(f"{dataset.path} has no split {name}: there are {there}")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["format"] > FORMAT:
            raise CheremeError(f"{file} has format {content['format']}, newer than {FORMAT}: upgrade chereme")
        stated, named = content.pop("sha256"), content["ids_sha256"]
        whole = stated == _sha256(content) and content["kind"] in get_args(Kind)
        split = Split(
            content["kind"],
            content["by"] if content["by"] in get_args(By) else None,
            content["seed"],
            {part: tuple(ids) for part, ids in content["parts"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheremeError(f"{file} is not a split that can be read: delete it and make it again") from error
    if not whole:
        raise CheremeError(f"{file} was changed since it was made: delete it and make it again")
    if named != _sha256_of_ids(dataset):
        raise CheremeError(
            f"split {name} no longer fits {dataset.description.name}: clips came or went since it was made; delete "
            f"{file} and make it again"
        )
    return split


def _file(dataset: SignDataset, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise CheremeError(f"{name!r} cannot name a split: use letters, digits, - and _")
    return dataset.path / "splits" / f"{name}.json"


def _sha256_of_ids(dataset: SignDataset) -> str:
    return hashlib.sha256("\n".join(sorted(dataset.column("id"))).encode()).hexdigest()


def _sha256(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
