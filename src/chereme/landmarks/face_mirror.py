"""Mirror pairs of the 468 face points (written by tools/build_face_mirror.py)."""

FACE_MIRROR: tuple[int, ...] = tuple(range(468))
