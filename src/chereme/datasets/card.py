"""A data card: the headings of a datasheet, filled from the dataset itself.

Headings after Gebru et al., "Datasheets for Datasets" (2018). Nothing is made up: what the dataset does not say is "not
stated", for a person to fill in.
"""

from collections import Counter
from collections.abc import Sequence

from chereme.datasets.audit.finding import Finding
from chereme.datasets.dataset import SignDataset
from chereme.datasets.info import describe
from chereme.datasets.licences import SAYS, Terms, terms_of

NOT_STATED = "not stated"

_MOST_ROWS = 60


def write_card(dataset: SignDataset, findings: Sequence[Finding] | None = None) -> str:
    """Markdown. findings: of an audit; None where none was made."""
    facts, about = describe(dataset), dataset.description
    frames, each = facts["frames"], facts["clips_per_gloss"]
    terms = terms_of(about.license)
    lines = [
        f"# {about.name}",
        "",
        f"{facts['samples']:,} clips of {len(facts['glosses'])} glosses of the sign language `{about.sign_language}` "
        f"(ISO 639-3), as landmarks. It serves to recognise isolated signs.",
        "",
        "## Motivation",
        "",
        f"- For what purpose, by whom and with whose money it was made: {_extra(dataset, 'motivation')}",
        "",
        "## Composition",
        "",
        f"- Clips: {facts['samples']:,}, with {frames['total']:,} frames ({frames['shortest']} to {frames['longest']} "
        f"a clip, median {frames['median']})",
        f"- Glosses: {len(facts['glosses'])}, with {each['min']} to {each['max']} clips, mean {each['mean']:.1f}",
        f"- Landmarks: {', '.join(facts['groups'])}, {len(dataset.layout)} points a frame"
        + ("; a face mesh is biometric" if "face" in facts["groups"] else "; no face mesh"),
        "- Frames without "
        + ", ".join(f"{group.replace('_', ' ')}: {share:.1%}" for group, share in facts["missing"].items()),
        f"- Frames a second: {_listed(facts['fps'])}",
        f"- Width / height of the pictures: {_listed(facts['aspect'])}",
        "",
        *_signers(dataset),
        "",
        *_table(("gloss", "clips"), Counter(facts["glosses"]).most_common()),
        "",
        "## Collection process",
        "",
        f"- Source: {about.source or NOT_STATED}",
        f"- Sessions: {_count(facts['sessions'])}",
        f"- Consent of the people recorded: {_extra(dataset, 'consent')}",
        f"- Devices: {_extra(dataset, 'devices')}",
        "",
        "## Preprocessing",
        "",
        "- Landmarks in the order of MediaPipe Holistic, float16, as fractions of the picture; what was not detected "
        "is missing, not zero",
        f"- Notes: {about.notes or NOT_STATED}",
        *[
            f"- {name.replace('_', ' ')}: {of['min']:.3g} to {of['max']:.3g}, mean {of['mean']:.3g}"
            for name, of in facts["quality"].items()
        ],
        "",
        "## Uses",
        "",
        *_splits(facts["splits"]),
        *_audit(findings),
        "",
        "## Distribution",
        "",
        f"- Licence: {about.license or NOT_STATED}",
        f"- Read as: {SAYS[terms]}"
        + ("" if terms < Terms.BENCHMARK_ONLY else ". A bundle trained on it does not ship"),
        "",
        "## Maintenance",
        "",
        f"- Who keeps it, and whom to ask to be taken out: {_extra(dataset, 'maintainer')}",
        "",
    ]
    return "\n".join(lines)


def _extra(dataset: SignDataset, field: str) -> str:
    """A field of `dataset.json` beyond those of the format."""
    return str((dataset.description.model_extra or {}).get(field) or NOT_STATED)


def _signers(dataset: SignDataset) -> list[str]:
    signers, glosses, sessions = (dataset.column(name) for name in ("signer", "gloss", "session"))
    clips = Counter(signers)
    if set(clips) <= {None}:
        return [f"- Signers: {NOT_STATED}"]
    rows = []
    for signer, count in clips.most_common():
        mine = signers == signer
        known = len({session for session in sessions[mine] if session is not None})
        rows.append((signer or NOT_STATED, count, len(set(glosses[mine])), known or NOT_STATED))
    return [f"- Signers: {len(set(clips) - {None})}", "", *_table(("signer", "clips", "glosses", "sessions"), rows)]


def _splits(splits: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    if not splits:
        return ["- Splits: none is kept"]
    return [
        f"- Split `{name}`: " + ", ".join(f"{part} {of['clips']:,}" for part, of in parts.items())
        for name, parts in splits.items()
    ]


def _audit(findings: Sequence[Finding] | None) -> list[str]:
    if findings is None:
        return ["- Audit: not made"]
    if not findings:
        return ["- Audit: nothing was found"]
    return [
        f"- Audit, {finding.severity}{f' in `{finding.split}`' if finding.split else ''}: {finding.message}"
        for finding in findings
    ]


def _listed(counts: dict[str, int]) -> str:
    return (
        ", ".join(f"{name or NOT_STATED} ({count:,} clips)" for name, count in list(counts.items())[:8]) or NOT_STATED
    )


def _count(names: dict[str, int]) -> str:
    known = len(set(names) - {""})
    return f"{known}" + (f", and {names['']:,} clips without" if names.get("") else "") if known else NOT_STATED


def _table(head: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> list[str]:
    shown = [[f"{cell:,}" if isinstance(cell, int) else str(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *shown[:_MOST_ROWS])]
    lines.insert(1, "|---" * len(head) + "|")
    if len(rows) > _MOST_ROWS:
        lines.append(f"| and {len(rows) - _MOST_ROWS:,} more |" + " |" * (len(head) - 1))
    return lines
