"""One line a clip: the file from which every score can be counted again."""

import csv
from pathlib import Path
from typing import Any


def write_predictions(rows: list[dict[str, Any]], path: Path) -> None:
    """CSV with columns id, gloss, held_out, predicted, confidence, sign, mirrored_sign, scored."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
