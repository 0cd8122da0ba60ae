"""Is the process alive, and may it be sent people?"""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from chereme.errors import CheremeError
from chereme.landmarks.model import read_model
from chereme.server.catalogue import Catalogue
from chereme.server.database import Database


class Alive(BaseModel):
    status: str = "ok"


class Check(BaseModel):
    ok: bool
    reason: str


class Readiness(BaseModel):
    ready: bool
    checks: dict[str, Check]


def health_routes(catalogue: Catalogue, database: Database, active: Callable[[], int], max_sessions: int) -> APIRouter:
    """`GET /healthz` and `GET /readyz`; `active` counts the open live sessions."""
    router = APIRouter()

    def check_database() -> Check:
        try:
            return Check(ok=True, reason=f"answers; {database.sessions()} sessions recorded")
        except SQLAlchemyError as error:
            return Check(ok=False, reason=f"does not answer ({type(error).__name__}): check CHEREME_DATABASE_URL")

    def check_landmark_model() -> Check:
        try:
            return Check(ok=True, reason=f"{len(read_model())} bytes, as built")
        except CheremeError as error:
            return Check(ok=False, reason=str(error))

    @router.get("/healthz")
    async def healthz() -> Alive:
        """The process answers."""
        return Alive()

    @router.get("/readyz", responses={503: {"model": Readiness}})
    async def readyz(response: Response) -> Readiness:
        """The process can take another session; otherwise 503, and the reasons."""
        full = active() >= max_sessions
        checks = {
            "bundles": Check(ok=True, reason=", ".join(catalogue.served)),
            "database": await asyncio.to_thread(check_database),
            "landmark_model": await asyncio.to_thread(check_landmark_model),
            "sessions": Check(ok=not full, reason=f"{active()} of {max_sessions} are open"),
        }
        ready = all(check.ok for check in checks.values())
        response.status_code = 200 if ready else 503
        return Readiness(ready=ready, checks=checks)

    return router
