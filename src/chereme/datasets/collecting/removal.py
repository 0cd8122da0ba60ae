"""Taking clips out of a dataset so that nothing of them is left in its files."""

import os
from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chereme.datasets import SignDataset


def remove_samples(dataset: SignDataset, ids: Collection[str]) -> SignDataset:
    """The dataset without these clips.

    Their rows of the array become NaN before the table forgets them. A run killed between the two leaves empty clips
    that are still in the table, so doing it again finishes the work.
    """
    removed = [sample for sample in dataset.samples if sample.id in ids]
    if not removed:
        return dataset
    array = np.load(dataset.path / "landmarks.npy", mmap_mode="r+", allow_pickle=False)
    for sample in removed:
        array[sample.start : sample.start + sample.frames] = np.nan
    array.flush()
    file = dataset.path / "samples.parquet"
    table = pq.read_table(file)
    kept = table.filter(pc.invert(pc.is_in(table["id"], pa.array(list(ids), table["id"].type))))
    temporary = file.with_name(".samples.parquet.writing")
    with temporary.open("wb") as stream:
        pq.write_table(kept, stream)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)
    return SignDataset.open(dataset.path)
