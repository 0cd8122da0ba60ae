"""The report of an evaluation: one HTML file that needs nothing else, and the JSON behind each figure beside it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from chereme.errors import CheremeError
from chereme.evaluation.charts import bars, curve, percent, reliability_plot

PAGE = "index.html"
MOST_BARS = 30
"""Groups that are drawn, the worst first; the table has all."""


@dataclass(frozen=True)
class Section:
    """One figure: its plain words, its drawing and table in HTML, and the data it was made from."""

    name: str
    title: str
    words: str
    body: str
    data: Any


def report_folder(folder: Path) -> Path:
    """The folder, if a report may be written there: it is new, empty, or has an earlier report."""
    if folder.exists() and not (folder / PAGE).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise CheremeError(f"{folder} is in the way: choose a new or empty folder for the report")
    return folder


def write_report(summary: dict[str, Any], folder: Path) -> Path:
    """Write the report of a result of `chereme evaluate`, the JSON with `robustness`; returns the page."""
    report_folder(folder).mkdir(parents=True, exist_ok=True)
    sections = [section for make in SECTIONS if (section := make(summary))]
    for section in sections:
        _write(folder / f"{section.name}.json", json.dumps(section.data, indent=1, ensure_ascii=False) + "\n")
    _write(folder / PAGE, _page(summary, sections))
    return folder / PAGE


def _page(summary: dict[str, Any], sections: Sequence[Section]) -> str:
    title = escape(f"{summary['bundle']} on {summary['dataset']}")
    style = files("chereme.evaluation").joinpath("report.css").read_text(encoding="utf-8")
    body = "\n".join(
        f'<section id="{section.name}"><h2>{escape(section.title)}</h2><p>{escape(section.words)}</p>{section.body}'
        f'<p class="source">The figures: <a href="{section.name}.json">{section.name}.json</a></p></section>'
        for section in sections
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>\n{style}</style></head>\n<body><header><h1>{title}</h1>"
        f'<p class="quiet">How well it recognises isolated signs: {escape(_clips(summary))}.</p>'
        + "".join(f'<p class="warning">{escape(sentence)}</p>' for sentence in summary["warnings"])
        + f"</header>\n<main>\n{body}\n</main></body></html>\n"
    )


def _clips(summary: dict[str, Any]) -> str:
    split = summary["split"]
    where = f"part {split['part']} of split {split['name']}" if split else "all clips of the dataset"
    return f"{where}, {summary['n']:,} of {summary['clips']:,} scored"


def _headline(summary: dict[str, Any]) -> Section:
    by, people = summary["by"], summary["interval_95_by_group"]
    ranges = f"The 95 % interval is {_range(summary['interval_95'])}, counting clips"
    ranges += f", and {_range(people)}, drawing other {by}s: that one speaks of new people." if people else "."
    rows = [
        ("the right sign came first", percent(summary["top1"])),
        ("among the first five", percent(summary["top5"])),
        ("among the first ten", percent(summary["top10"])),
        ("mean over glosses: accuracy", percent(summary["mean_per_class_accuracy"])),
        ("mean over glosses: precision", percent(summary["macro"]["precision"])),
        ("mean over glosses: F1", percent(summary["macro"]["f1"])),
        ("weighted by clips: F1", percent(summary["weighted"]["f1"])),
    ]
    if worst := summary["worst_group"]:
        rows.append((f"worst {by}, {worst['group']}, of {worst['n']:,} clips", percent(worst["top1"])))
    if idle := summary["idle"]:
        rows.append((f"of {idle['n']:,} idle clips taken for a sign", f"{idle['taken_for_a_sign']:,}"))
        rows.append(("and so surely that it would be said", f"{idle['believed']:,}"))
    names = (
        "bundle", "dataset", "split", "clips", "n", "no_hands", "left_out", "top1", "top5", "top10", "interval_95",
        "by", "interval_95_by_group", "worst_group", "mean_per_class_accuracy", "macro", "weighted", "idle", "warnings",
    )  # fmt: skip
    return Section(
        "headline",
        "The score",
        f"Of {summary['n']:,} clips, so many were named rightly at the first try.",
        f'<p class="figure">{percent(summary["top1"])}</p><p>{escape(ranges)}</p>'
        + _table("Scores", ("measure", "value"), rows),
        {name: summary[name] for name in names},
    )


def _groups(summary: dict[str, Any]) -> Section | None:
    groups = sorted(summary["groups"], key=lambda group: float(group["top1"]))
    if not groups:
        return None
    by = summary["by"]
    shown = [(group["group"], group["top1"], tuple(group["interval_95"])) for group in groups[:MOST_BARS]]
    rows = [
        (group["group"], f"{group['n']:,}", percent(group["top1"]), _range(group["interval_95"])) for group in groups
    ]
    return Section(
        "groups",
        f"Each {by}",
        f"The worst {by} first: the mean hides whom it fails. The line across a bar is the 95 % interval.",
        _figure(bars(shown, f"Share of clips named rightly, for each {by}"))
        + _details(_table(f"Each {by}", (by, "clips", "right", "95 % interval"), rows)),
        groups,
    )


def _reliability(summary: dict[str, Any]) -> Section:
    bins = summary["reliability"]
    drawn = reliability_plot(
        [(each["confidence"], each["accuracy"], each["n"]) for each in bins],
        f"Confidence beside the share that is right; the mean distance is {summary['calibration_error']:.3f}",
    )
    rows = [
        (
            f"{each['low']:.2f}–{each['high']:.2f}",
            f"{each['n']:,}",
            percent(each["confidence"]),
            percent(each["accuracy"]),
        )
        for each in bins
    ]
    return Section(
        "reliability",
        "Does confidence mean what it says?",
        "On the dashed line, answers that claim 80 % are right in 80 of 100 cases. Below it they boast, above it they "
        "are too modest. A larger dot stands for more answers. The mean distance (ECE) is "
        f"{summary['calibration_error']:.3f}; 0.05 or less is good.",
        _figure(drawn) + _details(_table("Confidence", ("confidence", "answers", "stated", "right"), rows)),
        {"calibration_error": summary["calibration_error"], "bins": bins},
    )


def _coverage(summary: dict[str, Any]) -> Section:
    abstention = summary["abstention"]
    named = [("own threshold", abstention["own_threshold"]), ("95 % right", abstention["precision_95"])]
    points = [(name, point) for name, point in named if point and point["precision"] is not None]
    shown = [(point["coverage"], point["precision"]) for point in abstention["curve"]]
    drawn = curve(
        shown,
        "Share of answers that are right, over the share of clips that get an answer",
        ("clips that get an answer", "answers that are right"),
        marks=[(point["coverage"], point["precision"], name) for name, point in points],
    )
    rows = [
        (name, f"{point['threshold']:.2f}", percent(point["coverage"]), percent(point["precision"]))
        for name, point in points
    ]
    return Section(
        "coverage",
        "Saying nothing when unsure",
        "Further left, it answers only when it is surer. Its own threshold was chosen before; the one for 95 % is "
        "found on these very clips and flatters a little. Mind where the upright axis begins.",
        _figure(drawn) + _table("Thresholds", ("which", "threshold", "clips answered", "right"), rows),
        abstention,
    )


def _confusions(summary: dict[str, Any]) -> Section | None:
    pairs = summary["confusions"]
    if not pairs:
        return None
    rows = [(pair["gloss"], pair["predicted"] or "nothing: no hands were seen", f"{pair['n']:,}") for pair in pairs]
    return Section(
        "confusions",
        "What is taken for what",
        "The pairs that are confused most. More clips of both signs, by more people, help most. The file has the whole "
        "matrix.",
        _table("Confusions", ("signed", "recognised as", "clips"), rows, texts=2),
        {"pairs": pairs, "matrix": summary["confusion_matrix"]},
    )


def _glosses(summary: dict[str, Any]) -> Section:
    scores = sorted(summary["per_gloss"].items(), key=lambda item: (item[1]["f1"], item[0]))
    rows = [
        (gloss, f"{of['n']:,}", percent(of["precision"]), percent(of["recall"]), percent(of["f1"]))
        for gloss, of in scores
    ]
    return Section(
        "glosses",
        "Each gloss",
        "The worst first. Precision: of the clips named so, how many are. Recall: of the clips that are, how many were "
        "named so. F1 is low when either is.",
        _table("Each gloss", ("gloss", "clips", "precision", "recall", "F1"), rows),
        summary["per_gloss"],
    )


def _robustness(summary: dict[str, Any]) -> Section | None:
    if "robustness" not in summary:
        return None
    rows = [
        (each["change"], percent(each["top1"]), f"{each['points_lost']:.1f}", f"{each['lost']:,}", f"{each['won']:,}")
        for each in summary["robustness"]
    ]
    return Section(
        "robustness",
        "Other cameras",
        "The same clips, changed. Points lost are percentage points of the score; the last columns count clips that "
        "became wrong, and that became right.",
        _table("Robustness", ("change", "right", "points lost", "became wrong", "became right"), rows),
        summary["robustness"],
    )


def _ablation(summary: dict[str, Any]) -> Section | None:
    if not summary.get("ablation"):
        return None
    shown = [("everything", summary["top1"], tuple(summary["interval_95"]))]
    shown += [(_in_short(each["change"]), each["top1"], tuple(each["interval_95"])) for each in summary["ablation"]]
    drawn = _figure(bars(shown, "Share of clips named rightly, without each group"))
    words = "The same clips with one group of landmarks taken away: how much the network leans on it, not how well one "
    words += "would do that was trained without."
    if weights := sorted(summary["group_weights"].items(), key=lambda item: -item[1]):
        drawn += _figure(bars([(group, weight, None) for group, weight in weights], "What each group counts for"))
        words += " Below, how much each group counts for, as learned."
    data = {"ablation": summary["ablation"], "group_weights": summary["group_weights"]}
    return Section("ablation", "What it looks at", words, drawn, data)


def _in_short(change: str) -> str:
    """`without left_hand`, so that a bar has room for it."""
    return change.replace("without ", "no ").replace("_", " ")


SECTIONS = (_headline, _groups, _robustness, _ablation, _coverage, _reliability, _confusions, _glosses)


def _figure(drawing: str) -> str:
    return f"<figure>{drawing}</figure>"


def _details(table: str) -> str:
    return f"<details><summary>As a table</summary>{table}</details>"


def _table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    """texts: how many columns, from the left, are words."""

    def kind(column: int) -> str:
        return ' class="text"' if column < texts else ""

    titles = "".join(f'<th scope="col"{kind(column)}>{escape(title)}</th>' for column, title in enumerate(head))
    lines = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td{kind(column)}>{escape(cell)}</td>" for column, cell in enumerate(row[1:], start=1))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" role="region" aria-label="{escape(name, quote=True)}" tabindex="0"><table>'
        f"<thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _range(interval: Sequence[float]) -> str:
    return f"{100 * interval[0]:.1f}–{percent(interval[1])}"


def _write(file: Path, text: str) -> None:
    temporary = file.with_name(f".{file.name}.writing")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)
