"""From films and pictures to a dataset of landmarks.

`extract` hands recordings to processes, each of which looks at one file at a time, and appends what they find to a
`SignDataset` in the order of the recordings. `chereme data extract` is this and a progress bar.
"""

from chereme.datasets.extraction.clip import How
from chereme.datasets.extraction.job import Result, extract, open_or_create
from chereme.datasets.extraction.quality import Quality, read_quality
from chereme.datasets.extraction.record import Failure, read_failures

__all__ = ["Failure", "How", "Quality", "Result", "extract", "open_or_create", "read_failures", "read_quality"]
