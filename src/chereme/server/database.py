"""What the server remembers: counts of live sessions, and nothing about the people in them."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import DateTime, Engine, String, create_engine, event, func, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from chereme.errors import CheremeError, first_line

SCHEMA_VERSION = 1


class Base(DeclarativeBase):
    pass


class SchemaVersion(Base):
    """One row: the version of the tables, so that an older program does not write into newer ones."""

    __tablename__ = "schema_version"

    version: Mapped[int] = mapped_column(primary_key=True)


class LiveSessionRecord(Base):
    """One ended live session as counts: no landmarks, no words, no address, no account."""

    __tablename__ = "live_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    started: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    bundle: Mapped[str] = mapped_column(String(64))
    bundle_version: Mapped[str] = mapped_column(String(32))
    words: Mapped[int]
    """How many words were committed."""
    frames_received: Mapped[int]
    frames_dropped: Mapped[int]


class Database:
    """A SQLAlchemy engine with the tables made. Raises CheremeError when the database cannot be used.

    address: as SQLAlchemy writes it; the folder of a SQLite file is made when it is missing.
    """

    def __init__(self, address: str) -> None:
        try:
            url = make_url(address)
            if url.get_backend_name() == "sqlite" and url.database:
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine: Engine = create_engine(url)
            if url.get_backend_name() == "sqlite":
                event.listen(self.engine, "connect", _configure_sqlite)
            self._prepare()
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise CheremeError(
                f"the database cannot be opened ({first_line(error)}): check CHEREME_DATA_DIR and CHEREME_DATABASE_URL",
                code="database_unavailable",
            ) from error

    def _prepare(self) -> None:
        fresh = not inspect(self.engine).has_table(SchemaVersion.__tablename__)
        with Session(self.engine) as session, session.begin():
            found = SCHEMA_VERSION if fresh else session.scalar(select(func.max(SchemaVersion.version)))
            if found != SCHEMA_VERSION:
                raise CheremeError(
                    f"the database has tables of version {found}, this program of version {SCHEMA_VERSION}: "
                    "upgrade chereme, or set CHEREME_DATABASE_URL to another database",
                    code="database_version",
                )
        Base.metadata.create_all(self.engine)
        if fresh:
            with Session(self.engine) as session, session.begin():
                session.add(SchemaVersion(version=SCHEMA_VERSION))

    def record(self, ended: LiveSessionRecord) -> None:
        """Writes the counts of one session."""
        with Session(self.engine) as session, session.begin():
            session.add(ended)

    def sessions(self) -> int:
        """How many live sessions have ended so far."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(LiveSessionRecord)) or 0

    def close(self) -> None:
        self.engine.dispose()


def _configure_sqlite(connection: object, _: object) -> None:
    """Readers go on while one writes, and a writer waits for another instead of failing."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()
