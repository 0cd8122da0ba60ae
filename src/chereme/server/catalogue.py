"""The bundles that the server serves: each checked, loaded once, and shared by all sessions."""

from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from pydantic import BaseModel

from chereme.bundles.manifest import Manifest, Metric
from chereme.bundles.read import open_bundle
from chereme.bundles.shipped import shipped_bundles
from chereme.bundles.verify import verify_bundle
from chereme.errors import CheremeError
from chereme.recognition.recognizer import Recognizer, no_signs
from chereme.server.inference import Batcher
from chereme.server.settings import Settings


@dataclass(frozen=True)
class Served:
    """One bundle in use."""

    manifest: Manifest
    recognizer: Recognizer
    batcher: Batcher


class Catalogue:
    """Every served bundle by name: those that ship, then those of `settings.bundles`, which win over the same name.

    An encoder that ships is not served: it has nothing to say before signs are added. Raises CheremeError, naming the
    file, when a bundle is broken or knows no sign, and when there is no bundle at all.
    """

    def __init__(self, settings: Settings, executor: Executor) -> None:
        self.served: dict[str, Served] = {}
        shipped = [path for path in shipped_bundles().values() if not open_bundle(path).manifest.encoder]
        for path in (*shipped, *settings.bundles):
            served = _load(path.expanduser(), settings, executor)
            self.served[served.manifest.name] = served
        if not self.served:
            raise CheremeError(
                "there is no bundle to serve: give one with --bundle, or make one with `chereme bundle build`",
                code="no_bundle",
            )

    def find(self, name: str) -> Served:
        """Raises CheremeError (`unknown_bundle`) that names the bundles there are."""
        if name not in self.served:
            raise CheremeError(f"there is no such bundle here: choose {', '.join(self.served)}", code="unknown_bundle")
        return self.served[name]


def _load(path: Path, settings: Settings, executor: Executor) -> Served:
    try:
        bundle = verify_bundle(path)
        if not bundle.manifest.signs:
            raise no_signs(bundle.manifest)
        recognizer = Recognizer(bundle, threads=settings.inference_threads)
    except CheremeError as error:
        named = str(error) if path.name in str(error) else f"{path.name}: {error}"
        raise CheremeError(named, code=error.code) from error
    return Served(
        manifest=bundle.manifest,
        recognizer=recognizer,
        batcher=Batcher(recognizer.probabilities_of, executor, max_batch=settings.max_batch),
    )


class GlossInfo(BaseModel):
    gloss: str
    texts: dict[str, str]


class BundleInfo(BaseModel):
    name: str
    version: str
    title: dict[str, str]
    sign_language: str
    groups: tuple[str, ...]
    points: int
    fps: float
    spelling: bool
    experimental: bool
    """The bundle has not passed the release gate."""
    idle: str | None
    languages: tuple[str, ...]
    glosses: tuple[GlossInfo, ...]
    metrics: tuple[Metric, ...]


class BundleList(BaseModel):
    bundles: tuple[BundleInfo, ...]


def bundle_routes(catalogue: Catalogue) -> APIRouter:
    """`GET /api/v1/bundles`."""
    listed = BundleList(bundles=tuple(_describe(served) for served in catalogue.served.values()))
    router = APIRouter()

    @router.get("/api/v1/bundles")
    async def bundles() -> BundleList:
        """Which signs can be recognised here, and how well."""
        return listed

    return router


def _describe(served: Served) -> BundleInfo:
    manifest = served.manifest
    return BundleInfo(
        name=manifest.name,
        version=manifest.version,
        title=manifest.title,
        sign_language=manifest.sign_language,
        groups=manifest.groups,
        points=len(manifest.layout),
        fps=manifest.fps,
        spelling=manifest.spelling,
        experimental=not manifest.released,
        idle=manifest.idle,
        languages=manifest.languages,
        glosses=tuple(GlossInfo(gloss=each.gloss, texts=each.texts) for each in manifest.vocabulary),
        metrics=manifest.metrics,
    )
