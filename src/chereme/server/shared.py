"""What all live sessions of a process have in common."""

from dataclasses import dataclass

from chereme.server.audio import Audio
from chereme.server.catalogue import Catalogue
from chereme.server.database import Database
from chereme.server.pictures import Pictures
from chereme.server.settings import Settings


@dataclass(frozen=True, eq=False)
class Shared:
    settings: Settings
    catalogue: Catalogue
    audio: Audio
    database: Database
    pictures: Pictures
