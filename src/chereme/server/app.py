"""The application: every part made once, and put together."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from chereme import __version__
from chereme.errors import CheremeError
from chereme.server.audio import Audio, audio_routes
from chereme.server.catalogue import Catalogue, bundle_routes
from chereme.server.database import Database
from chereme.server.health import health_routes
from chereme.server.live import Live, live_routes
from chereme.server.pictures import Pictures
from chereme.server.security import SecurityHeaders
from chereme.server.settings import Settings
from chereme.server.shared import Shared
from chereme.server.static import static_routes
from chereme.speech.voices import Voices

STATUS = {"not_found": 404, "model_missing": 503, "model_altered": 503}
"""HTTP status of an error code, 400 for those not listed."""

NAMES = {404: "not_found", 405: "method_not_allowed"}
"""Error code of a status that the framework itself answers with."""


def create_app(settings: Settings) -> FastAPI:
    """The server of `settings`. `app.state.live` holds the live sessions.

    Raises CheremeError when a bundle is broken or the database cannot be opened, before anything listens.
    """
    # One thread for the models: each run uses `inference_threads` cores by itself, and two at once would only fight.
    inference = ThreadPoolExecutor(1, thread_name_prefix="inference")
    catalogue = Catalogue(settings, inference)
    database = Database(settings.database)
    audio = Audio(Voices())
    pictures = Pictures(
        workers=settings.picture_workers,
        max_streams=settings.max_image_sessions,
        max_pixels=settings.max_picture_pixels,
    )
    live = Live(Shared(settings, catalogue, audio, database, pictures))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await live.close()
        await asyncio.to_thread(pictures.shutdown)
        audio.close()
        inference.shutdown(wait=False, cancel_futures=True)
        database.close()

    # The pages that FastAPI makes of its own load scripts from elsewhere, which the policy forbids.
    app = FastAPI(
        title="Chereme", version=__version__, lifespan=lifespan,
        docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json",
    )  # fmt: skip
    app.state.live = live
    app.add_middleware(SecurityHeaders)
    _answer_errors_as_json(app)
    app.include_router(live_routes(live))
    app.include_router(bundle_routes(catalogue))
    app.include_router(audio_routes(audio))
    app.include_router(health_routes(catalogue, database, lambda: live.active, settings.max_sessions))
    app.include_router(static_routes())
    return app


def _answer_errors_as_json(app: FastAPI) -> None:
    """`{"error": {"code", "message"}}` for every failed call."""

    def answer(status: int, code: str, message: str) -> JSONResponse:
        return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)

    @app.exception_handler(CheremeError)
    async def on_our_own(_: Request, error: CheremeError) -> JSONResponse:
        return answer(STATUS.get(error.code, 400), error.code, str(error))

    @app.exception_handler(HTTPException)
    async def on_http(_: Request, error: HTTPException) -> JSONResponse:
        return answer(error.status_code, NAMES.get(error.status_code, "http_error"), str(error.detail))

    @app.exception_handler(RequestValidationError)
    async def on_validation(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return answer(422, "invalid_input", f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
