"""From films to a dataset: one film a sign, `films/SIGNER/GLOSS-anything.mp4`.

    python docs/examples/films_to_dataset.py films my-signs "My signs" ase

The last argument is the sign language by ISO 639-3. Films of nobody signing have the gloss `idle`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from chereme.datasets import Sample, SignDataset
from chereme.datasets.dataset import IDLE
from chereme.landmarks import BODY, LandmarkSequence
from chereme.landmarks.extractor import extract_media


def clips(films: Path) -> Iterator[tuple[Sample, LandmarkSequence]]:
    for film in sorted(films.glob("*/*.mp4")):
        signer, gloss = film.parent.name, film.stem.rpartition("-")[0] or film.stem
        sample = Sample(f"{signer}-{film.stem}", IDLE if gloss == "idle" else gloss, signer, source=film.name)
        yield sample, extract_media(film, BODY)


def main(films: Path, folder: Path, name: str, sign_language: str) -> None:
    empty = SignDataset.create(
        folder,
        name=name,
        sign_language=sign_language,
        groups=BODY.groups,
        license="not stated",
        source="own recordings",
    )
    print(f"{folder}: {len(empty.append(clips(films)))} clips")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4])
