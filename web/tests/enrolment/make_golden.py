"""Make `golden.json` beside this file: what Python answers, for the page to answer the same.

python web/tests/enrolment/make_golden.py && (cd web && npm run fix)
"""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from chereme.bundles.manifest import Manifest
from chereme.bundles.space import fit_space
from chereme.recognition.prototypes import Prototypes

GLOSSES, WIDTH, CLIPS = 4, 6, 5
IDLE = 1


def numbers(array: Any) -> Any:
    return np.asarray(array, dtype=np.float64).round(9).tolist()


def main() -> None:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(GLOSSES), 20)
    places = random.normal(0, 1, (GLOSSES + 2, WIDTH))
    embeddings = (places[labels] + random.normal(0, 0.4, (len(labels), WIDTH))).astype(np.float32)
    space = fit_space(embeddings, labels, GLOSSES, IDLE)
    added = {
        name: (place + random.normal(0, 0.4, (CLIPS, WIDTH))).astype(np.float32)
        for name, place in zip(("low", "high"), places[GLOSSES:], strict=True)
    }
    clips = (np.repeat(places, 2, axis=0) + random.normal(0, 0.4, (2 * len(places), WIDTH))).astype(np.float32)
    network = random.dirichlet(np.full(GLOSSES, 0.3), len(clips)).astype(np.float32)
    ranked = {}
    for name, idle, encoder in (("plain", IDLE, False), ("encoder", IDLE, True), ("no idle", None, False)):
        glosses = [SimpleNamespace(gloss=str(index)) for index in range(GLOSSES)]
        manifest = SimpleNamespace(glosses=glosses, idle=None if idle is None else str(idle), encoder=encoder)
        prototypes = Prototypes(cast(Manifest, manifest), space, added)
        ranked[name] = {"idle": idle, "encoder": encoder, "shares": numbers(prototypes.rank(network, clips))}
    golden = {
        "space": {name: numbers(getattr(space, name)) for name in ("mean", "matrix", "glosses")},
        "added": {name: numbers(of) for name, of in added.items()},
        "prototypes": {name: numbers(space.prototype(of)) for name, of in added.items()},
        "clips": numbers(clips),
        "network": numbers(network),
        "ranked": ranked,
    }
    Path(__file__).with_name("golden.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
