"""Damaged files of every kind: clear errors, or a dataset that opens. The same tool runs thousands by hand."""

import re
import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parents[3] / "tools" / "fuzz_importers.py"

CASES = 260


def test_damaged_files_are_refused_in_one_line_or_give_a_dataset_that_opens() -> None:
    command = [sys.executable, str(TOOL), f"--count={CASES}", "--seed=1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    refused = [int(count) for count in re.findall(r"refused (\d+)", done.stdout)]
    assert all(refused)
    assert sum(refused) > CASES / 2
    assert f"{CASES} cases, 0 faults" in done.stdout
