"""From files that others made to a dataset: which files are clips, what is known of each, and their landmarks."""

from chereme.datasets.importing.clips import Failure, Imported, import_clips
from chereme.datasets.importing.find import find_clips
from chereme.datasets.importing.lists import ANNOTATED, describe_list, import_list
from chereme.datasets.importing.media import import_media
from chereme.datasets.importing.recognise import MEDIA, recognise

__all__ = [
    "ANNOTATED",
    "MEDIA",
    "Failure",
    "Imported",
    "describe_list",
    "find_clips",
    "import_clips",
    "import_list",
    "import_media",
    "recognise",
]
