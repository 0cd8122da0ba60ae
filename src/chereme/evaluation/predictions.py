"""One line a clip: the file from which every score can be counted again."""

import csv
import io
from pathlib import Path
from typing import Any

from chereme.whole_file import write_whole


def write_predictions(rows: list[dict[str, Any]], path: Path) -> None:
    """CSV with columns id, gloss, held_out, predicted, confidence, sign, mirrored_sign, scored."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, stream.getvalue().encode())
