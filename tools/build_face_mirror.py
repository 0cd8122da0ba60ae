"""Write src/chereme/landmarks/face_mirror.py: the mirror partner of each point of the face mesh.

MediaPipe numbers the points of its face mesh and publishes no table of pairs. The model itself knows them: the mesh
found in a picture and the mesh found in the flipped picture lie on the same face, so the partner is the point that
falls on it once the second mesh is flipped back. One frontal face is enough; more give the same table:

    python tools/build_face_mirror.py PICTURE…

Refuses to write unless every partner's partner is the point itself and the edges of the mesh go over into edges.
"""

import sys
from pathlib import Path

import numpy as np
from mediapipe.tasks.python.vision import FaceLandmarksConnections
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from chereme.landmarks.extractor import Extractor
from chereme.landmarks.frames import Frame
from chereme.landmarks.image import read_image
from chereme.landmarks.layout import FACE_SIZE, Layout

TARGET = Path(__file__).parents[1] / "src/chereme/landmarks/face_mirror.py"

IRREGULAR_EDGES = 8
"""The mesh is not quite symmetric: a few of its 1,322 edges run along the other diagonal on the other side."""


def distances(extractor: Extractor, frame: Frame) -> NDArray[np.float64]:
    """Squared distance [points, points] of each mesh point to each of the flipped mesh, in squared face widths."""
    face = extractor.extract_still(frame).points[0]
    flipped = extractor.extract_still(Frame(np.ascontiguousarray(frame.rgb[:, ::-1]))).points[0]
    flipped[:, 0] = 1 - flipped[:, 0]
    shape = np.array([1.0, 1.0 / frame.aspect, 1.0])
    apart = (face[:, None] - flipped[None]) * shape
    squared = (apart**2).sum(axis=-1) / np.ptp(face[:, 0]) ** 2
    return np.asarray(squared + squared.T, dtype=np.float64)


def partners(cost: NDArray[np.float64]) -> list[int]:
    # The best matching of all, because lips that touch put several points nearest to the same one.
    table = [int(index) for index in linear_sum_assignment(cost)[1]]
    torn = [index for index in range(FACE_SIZE) if table[table[index]] != index]
    if torn:
        raise SystemExit(f"{len(torn)} points are not their partner's partner ({torn[:10]} …): give more frontal faces")
    edges = {frozenset((edge.start, edge.end)) for edge in FaceLandmarksConnections.FACE_LANDMARKS_TESSELATION}
    lost = [sorted(edge) for edge in edges if frozenset(table[index] for index in edge) not in edges]
    if len(lost) > IRREGULAR_EDGES:
        raise SystemExit(
            f"{len(lost)} edges of the mesh have no mirror image ({lost[:10]} …): the table would be wrong"
        )
    return table


def written(table: list[int]) -> str:
    rows = [", ".join(map(str, table[start : start + 20])) for start in range(0, FACE_SIZE, 20)]
    body = "\n".join(f"    {row}," for row in rows)
    return (
        '"""Mirror pairs of the 468 face points (written by tools/build_face_mirror.py)."""\n\n'
        f"FACE_MIRROR: tuple[int, ...] = (\n{body}\n)  # fmt: skip\n"
        '"""For each point of the face mesh, the one on the other side; on the midline a point is its own partner."""\n'
    )


def main(pictures: list[Path]) -> None:
    cost = np.zeros((FACE_SIZE, FACE_SIZE))
    with Extractor(Layout(("face",))) as extractor:
        for picture in pictures:
            found = distances(extractor, read_image(picture))
            if np.isnan(found).any():
                print(f"{picture}: no face, left out")
            else:
                cost += found
    TARGET.write_text(written(partners(cost)), encoding="utf-8")
    print(f"{TARGET} written from {len(pictures)} pictures")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
