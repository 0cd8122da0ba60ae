"""Make the spelling film: photos of fingerspelled letters become a short film that spells a word, with the face hidden.

    python tools/make_films.py --photos PHOTOS --word lab --output web/public/films/spelling.mp4

PHOTOS holds one folder a letter with the photos in the order they were taken (`c/00.jpg`, `c/03.jpg`, …), as in
Meyyappan-Dm/sign-language-detector (MIT). Each letter is held by playing its steadiest photos forth and back; between
two letters the picture melts away, so that the hand leaves. The film is then extracted, and the share of pictures with
a hand is printed for each letter: where it is low, choose another word.
"""

import argparse
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from chereme.errors import CheremeError
from chereme.landmarks import BODY
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.frames import Frame
from chereme.landmarks.image import read_image
from chereme.landmarks.layout import HAND_BONES, POSE_POINTS
from chereme.landmarks.video import Video

PER_SECOND = 10
HELD = 30
"""Pictures a letter: three seconds."""
PAUSE = 7
STEADIEST = 6
"""So many consecutive photos of a letter are played forth and back: the signer moves nearer and farther over all."""
SIZE = (640, 480)
FACES = ("pixels", "blur", "oval", "shown")
HEAD = slice(POSE_POINTS.index("nose"), POSE_POINTS.index("mouth_right") + 1)


def read_letter(folder: Path) -> tuple[list[Frame], NDArray[np.float32]]:
    """The photos of a letter and their landmarks [photos, 75, 3]."""
    paths = sorted(folder.glob("*.jpg"))
    if not paths:
        raise CheremeError(f"{folder} holds no .jpg photos: choose a word of letters that are there")
    photos = [Frame(read_image(path).rgb, index * 1000.0 / PER_SECOND) for index, path in enumerate(paths)]
    with Extractor(BODY) as extractor:
        return photos, extractor.extract(photos).points


def steadiest(points: NDArray[np.float32]) -> slice:
    """The run of photos in which the hand is always found and moves least between neighbours."""
    hand = points[:, BODY.slices["right_hand"], :2]
    moved = np.abs(np.diff(hand, axis=0)).mean(axis=(1, 2))
    runs = np.lib.stride_tricks.sliding_window_view(moved, STEADIEST - 1).sum(axis=1)
    if np.isnan(runs).all():
        raise CheremeError(f"no {STEADIEST} photos in a row show a hand that is found: choose another word")
    start = int(np.nanargmin(runs))
    return slice(start, start + STEADIEST)


def head_box(points: NDArray[np.float32], width: int, height: int) -> tuple[float, float, float, float]:
    """Centre and radii, in pixels, of an ellipse over the whole head: from ear to ear, from hair to chin."""
    head = points[BODY.slices["pose"]][HEAD, :2] * (width, height)
    x, y = (head.min(axis=0) + head.max(axis=0)) / 2
    radius = float(np.ptp(head[:, 0])) * 0.75
    return float(x), float(y), radius, radius * 1.35


def hand_mask(points: NDArray[np.float32], width: int, height: int) -> Image.Image:
    """White where a hand is: what lies before the face must stay as it is."""
    mask = Image.new("L", (width, height))
    pen = ImageDraw.Draw(mask)
    for group in ("left_hand", "right_hand"):
        hand = points[BODY.slices[group], :2] * (width, height)
        if np.isnan(hand).any():
            continue
        spots = [(float(x), float(y)) for x, y in hand]
        finger = float(np.linalg.norm(hand[5] - hand[17])) * 0.45
        pen.polygon([spots[index] for index in (0, 1, 5, 9, 13, 17)], fill=255)
        for start, end in HAND_BONES:
            pen.line([spots[start], spots[end]], fill=255, width=max(2, round(finger)))
        for x, y in spots:
            pen.ellipse((x - finger / 2, y - finger / 2, x + finger / 2, y + finger / 2), fill=255)
    return mask


def hide_face(rgb: NDArray[np.uint8], points: NDArray[np.float32], how: str) -> NDArray[np.uint8]:
    """The picture with the head made unrecognisable and the hands before it untouched."""
    picture = Image.fromarray(rgb)
    width, height = picture.size
    x, y, across, down = head_box(points, width, height)
    if how == "pixels":
        cell = max(2, round(across / 3))
        covered = picture.resize((width // cell, height // cell), Image.Resampling.BOX).resize(
            picture.size, Image.Resampling.NEAREST
        )
    elif how == "blur":
        covered = picture.filter(ImageFilter.GaussianBlur(across / 3))
    else:
        inside = rgb[int(max(0, y - down / 2)) : int(y + down / 2), int(max(0, x - across / 2)) : int(x + across / 2)]
        covered = Image.new("RGB", picture.size, tuple(int(value) for value in np.median(inside, axis=(0, 1))))
    head = Image.new("L", picture.size)
    ImageDraw.Draw(head).ellipse((x - across, y - down, x + across, y + down), fill=255)
    head.paste(0, mask=hand_mask(points, width, height))
    picture.paste(covered, mask=head)
    return np.asarray(picture)


def framed(rgb: NDArray[np.uint8], middle: float) -> Image.Image:
    """Cut to the film's shape around `middle` (a fraction of the width) and brought to its size."""
    height, width = rgb.shape[:2]
    wide = min(width, round(height * SIZE[0] / SIZE[1]))
    left = min(max(0, round(middle * width - wide / 2)), width - wide)
    return Image.fromarray(rgb[:, left : left + wide]).resize(SIZE, Image.Resampling.LANCZOS)


def melted(picture: Image.Image) -> Image.Image:
    """What is left when the picture melts away: colours, no shape."""
    return picture.resize((4, 3), Image.Resampling.BOX).resize(SIZE, Image.Resampling.BICUBIC)


def film(folder: Path, word: str, face: str) -> Iterator[Image.Image]:
    """Pause, letter, pause, letter, …, pause."""
    for letter in word:
        photos, points = read_letter(folder / letter)
        chosen = steadiest(points)
        middle = float(
            np.nanmedian(points[chosen, :, 0][:, [BODY.slices["pose"].start, BODY.slices["right_hand"].start]])
        )
        shown = [
            framed(photo.rgb if face == "shown" else hide_face(photo.rgb, where, face), middle)
            for photo, where in zip(photos[chosen], points[chosen], strict=True)
        ]
        yield from [melted(shown[0])] * PAUSE
        forth_and_back = shown + shown[-2:0:-1]
        yield from (forth_and_back[index % len(forth_and_back)] for index in range(HELD))
    yield from [melted(shown[0])] * PAUSE


def write_film(pictures: Iterable[Image.Image], output: Path) -> None:
    """H.264 baseline in MP4, which every browser plays, with the index first so that it plays while it loads."""
    with av.open(str(output), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(PER_SECOND), options={"crf": "23", "preset": "veryslow"})
        stream.width, stream.height, stream.pix_fmt, stream.profile = *SIZE, "yuv420p", "Baseline"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")))
        container.mux(stream.encode(None))


def report(output: Path, word: str) -> None:
    with Video(output) as video, Extractor(BODY) as extractor:
        found = extractor.extract(video).present("right_hand")
    for index, letter in enumerate(word):
        start = index * (PAUSE + HELD)
        paused, held = found[start : start + PAUSE], found[start + PAUSE : start + PAUSE + HELD]
        print(f"{letter}: hand in {held.mean():.0%} of its pictures, in {paused.mean():.0%} of the pause before it")
    print(f"{output}: {output.stat().st_size / 1e6:.2f} MB, {len(found) / PER_SECOND:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a film that spells a word from photos of letters.")
    parser.add_argument("--photos", type=Path, required=True, help="folder with one folder of photos a letter")
    parser.add_argument("--word", default="lab", help="what to spell, in small letters")
    parser.add_argument("--face", choices=FACES, default="pixels", help="how the face is hidden")
    parser.add_argument("--output", type=Path, required=True, help="the MP4 to write")
    wanted = parser.parse_args()
    write_film(film(wanted.photos, wanted.word, wanted.face), wanted.output)
    report(wanted.output, wanted.word)


if __name__ == "__main__":
    main()
