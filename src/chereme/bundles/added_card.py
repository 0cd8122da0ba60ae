"""The model card of a bundle to which signs were added: they first, then the card of the bundle they were added to."""

from collections.abc import Mapping

FOLLOWS = "<!-- The card of the bundle that the signs were added to: -->"


def added_card(card: str, title: str, clips: Mapping[str, int]) -> str:
    """Markdown.

    card: of the bundle before, with signs added or without. title: of the bundle as it is now. clips: of how many clips
        each added sign is known; none gives back the card from before the first was added.
    """
    base = card.rpartition(f"{FOLLOWS}\n\n")[2]
    if not clips:
        return base
    signs = ", ".join(f"{gloss} ({count} clips)" for gloss, count in clips.items())
    were = "1 sign was" if len(clips) == 1 else f"{len(clips)} signs were"
    return (
        f"# {title}\n\n"
        f"{were} added from a few clips, without training (`chereme enrol`). How well they are "
        "recognised when others sign them was not measured: film people who are not in these clips, and ask "
        "`chereme evaluate`.\n\n"
        f"**Added:** {signs}.\n\n"
        f"{FOLLOWS}\n\n{base}"
    )
