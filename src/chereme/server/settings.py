"""Everything that can be set, each by an environment variable `CHEREME_…`."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PositiveFloat, PositiveInt, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from chereme.errors import CheremeError


class Settings(BaseSettings):
    """How the server runs. Lists are written with commas: `CHEREME_ALLOWED_ORIGINS=https://a.org,https://b.org`."""

    model_config = SettingsConfigDict(env_prefix="CHEREME_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    data_dir: Path = Path("~/.local/share/chereme")
    database_url: str | None = None
    bundles: Annotated[tuple[Path, ...], NoDecode] = ()
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()

    max_sessions: PositiveInt = 100
    max_image_sessions: PositiveInt = 4
    max_fps: PositiveInt = 30
    max_frame_bytes: PositiveInt = 2**20
    max_message_bytes: PositiveInt = 2**14
    max_picture_pixels: PositiveInt = 1920 * 1080
    max_errors: PositiveInt = 20
    max_unsent: PositiveInt = 64

    start_timeout_s: PositiveFloat = 5.0
    idle_timeout_s: PositiveFloat = 60.0
    close_timeout_s: PositiveFloat = 2.0

    inference_threads: PositiveInt = 1
    max_batch: PositiveInt = 8
    picture_workers: PositiveInt = 2

    @field_validator("bundles", "allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value

    @property
    def data_folder(self) -> Path:
        """The data folder as an absolute path."""
        return self.data_dir.expanduser().absolute()

    @property
    def database(self) -> str:
        """The database's SQLAlchemy address: a SQLite file in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.data_folder / 'chereme.sqlite'}"


def load_settings(**given: object) -> Settings:
    """The settings of the environment, with what is given on the command line (None: not given) on top.

    Raises CheremeError, one line that names the variable, when one has a wrong value.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise CheremeError(f"CHEREME_{str(first['loc'][0]).upper()}: {first['msg']}", code="bad_setting") from error
