"""The web client's files, and the landmark model that it loads."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from chereme.errors import CheremeError
from chereme.landmarks.model import MODEL_PATH, MODEL_SHA256, read_model

WEB = Path(__file__).with_name("web")
"""Where the client's build lies; made by `make web`, and part of the wheel."""

FOREVER = "public, max-age=31536000, immutable"
DAY = "public, max-age=86400"
REVALIDATE = "no-cache"

TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""Stated here because machines' own tables differ, and browsers refuse modules and films of a wrong type."""

NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Chereme</title>
<h1>The web page has not been built</h1>
<p>The server runs, but this checkout has no web client yet.
Run <code>make web</code> in the repository, then reload.</p>
<p>The API answers meanwhile: <a href="/api/v1/bundles">/api/v1/bundles</a>.</p>
</html>
"""


def static_routes(web: Path = WEB) -> APIRouter:
    """`GET /models/holistic.task`, and every other path: a file of the client, or its page. To be added last."""
    router = APIRouter()

    @router.get("/models/holistic.task", response_class=FileResponse)
    @router.head("/models/holistic.task", include_in_schema=False)
    async def landmark_model(request: Request) -> Response:
        """The landmark model, the same file that Python uses. Its ETag is its sha256."""
        read_model()  # raises when the file is not the right one; read and checked once a process
        # With its digest in the address the file can never change; without, an upgrade may bring another.
        fixed = request.query_params.get("sha256") == MODEL_SHA256
        headers = {"ETag": f'"{MODEL_SHA256}"', "Cache-Control": FOREVER if fixed else DAY}
        if MODEL_SHA256 in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return FileResponse(MODEL_PATH, media_type="application/octet-stream", headers=headers)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def page(path: str) -> Response:
        if path.startswith(("api/", "models/")):
            raise CheremeError(f"there is nothing at /{path}", code="not_found")
        file = _find(web, path)
        if file is not None:
            hashed = path.startswith("assets/")
            return FileResponse(
                file,
                media_type=TYPES.get(file.suffix, "application/octet-stream"),
                headers={"Cache-Control": FOREVER if hashed else REVALIDATE},
            )
        if Path(path).suffix:  # a file that is not there; pages of the client have no ending
            raise CheremeError(f"there is nothing at /{path}", code="not_found")
        index = _find(web, "index.html")
        if index is None:
            return HTMLResponse(NOT_BUILT, status_code=503, headers={"Cache-Control": "no-store"})
        return FileResponse(index, media_type="text/html", headers={"Cache-Control": REVALIDATE})

    return router


def _find(web: Path, path: str) -> Path | None:
    """A regular file inside the build; None for anything else, paths that climb out of it included."""
    if not path or "\0" in path:
        return None
    try:
        file = (web / path).resolve()
        return file if file.is_relative_to(web.resolve()) and file.is_file() else None
    except OSError:  # a name that is too long
        return None
