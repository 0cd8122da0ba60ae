"""`chereme data …`: datasets in, looked at, and out. One file per family of verbs."""

import typer

from chereme.cli.data import audit, convert, corpora, extract, know, merge, pull, split

app = typer.Typer(help="Datasets: bring them in, look at them, split them, hand them on.", no_args_is_help=True)


@app.callback()
def data() -> None:
    pass


app.command()(know.info)
app.command()(know.grid)
app.command()(know.card)
app.command()(audit.audit)
app.command()(split.split)
app.command()(merge.merge)
app.command()(extract.extract)
app.command("import")(convert.import_)
app.command()(convert.export)
app.command()(pull.pull)
app.add_typer(corpora.msasl, name="msasl")
app.add_typer(corpora.wlasl, name="wlasl")
