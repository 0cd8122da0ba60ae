"""`chereme serve`."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    bundle: Annotated[
        list[Path] | None,
        typer.Option("--bundle", help="A .chereme file, or the name of a shipped bundle; may be given several times."),
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for the whole network.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Serve the web app and the API.

    Example: `chereme serve --bundle mine-1.0.0.chereme --open`. Everything else is set by environment variables, see
    docs/reference/settings.md.
    """
    import webbrowser

    from chereme.bundles.shipped import find_bundle
    from chereme.server.app import create_app
    from chereme.server.run import Server, address_of, listen
    from chereme.server.settings import load_settings

    settings = load_settings(
        bundles=tuple(find_bundle(each) for each in bundle) if bundle else None, host=host, port=port
    )
    app = create_app(settings)
    with listen(settings.host, settings.port) as listener:
        address = address_of(listener)

        def ready() -> None:
            typer.echo(f"Chereme is at {address} (Ctrl-C ends it)")
            if settings.host not in ("127.0.0.1", "::1", "localhost"):
                typer.echo("Browsers allow the camera over HTTPS or on localhost only: put a TLS proxy in front.")
            if open_browser:
                webbrowser.open(address)

        try:
            Server(app, settings, on_ready=ready).run(sockets=[listener])
        except KeyboardInterrupt:
            typer.echo("Chereme has ended.")
