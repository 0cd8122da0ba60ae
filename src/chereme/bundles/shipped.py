"""Where the pretrained bundles are, and how a bundle is found by name."""

from pathlib import Path

from chereme.errors import CheremeError

SUFFIX = ".chereme"


def shipped_folder() -> Path:
    """The folder of pretrained bundles: inside the package when it was installed, else `bundles/` of the repository."""
    packaged = Path(__file__).parent / "shipped"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "bundles"


def shipped_bundles(folder: Path | None = None) -> dict[str, Path]:
    """The newest version of each bundle in `folder` (default: those that ship), by name."""
    newest: dict[str, Path] = {}
    for path in sorted((folder or shipped_folder()).glob(f"*{SUFFIX}"), key=_version):
        newest[_name(path)] = path
    return dict(sorted(newest.items()))


def find_bundle(name_or_path: str | Path, folder: Path | None = None) -> Path:
    """A bundle by path, by name (`asl-words`: the newest version) or by name and version (`asl-words-1.0.0`).

    Raises CheremeError (code `unknown_bundle`) that names the bundles there are.
    """
    path = Path(name_or_path)
    if path.is_file():
        return path
    folder = folder or shipped_folder()
    newest = shipped_bundles(folder)
    if str(name_or_path) in newest:
        return newest[str(name_or_path)]
    exact = folder / f"{name_or_path}{SUFFIX}"
    if path.name == str(name_or_path) and exact.is_file():
        return exact
    there_are = f"there are {', '.join(newest)}" if newest else "none is installed"
    raise CheremeError(
        f"there is no bundle {str(name_or_path)!r}: give the path of a {SUFFIX} file, or a name; {there_are}",
        code="unknown_bundle",
    )


def _name(path: Path) -> str:
    """`asl-words` of `asl-words-1.0.0.chereme`."""
    name, _, version = path.stem.rpartition("-")
    return name if name and version[:1].isdigit() else path.stem


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in path.stem.rpartition("-")[2].split(".") if part.isdecimal())
