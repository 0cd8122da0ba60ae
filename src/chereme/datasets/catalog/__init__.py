"""Public corpora of signing. To add one: a file, a line here, and a section in `docs/reference/catalog.md`."""

from chereme.datasets.catalog.asl_citizen import ASL_CITIZEN
from chereme.datasets.catalog.autsl import AUTSL
from chereme.datasets.catalog.corpus import Corpus
from chereme.datasets.catalog.gislr import GISLR
from chereme.datasets.catalog.include import INCLUDE
from chereme.datasets.catalog.lsa64 import LSA64
from chereme.datasets.catalog.msasl import MSASL
from chereme.datasets.catalog.neat11 import NEAT11
from chereme.datasets.catalog.traduttore import TRADUTTORE
from chereme.datasets.catalog.wlasl import WLASL

CORPORA: dict[str, Corpus] = {
    corpus.name: corpus for corpus in (ASL_CITIZEN, AUTSL, GISLR, INCLUDE, LSA64, MSASL, NEAT11, TRADUTTORE, WLASL)
}

__all__ = ["CORPORA", "Corpus"]
