"""What a signer is asked before anything is recorded."""

from chereme.datasets.collecting.collection import UNDECIDED
from chereme.datasets.collecting.register import Kind


def consent_text(signer: str, kind: Kind, *, keeps_media: bool, purpose: str, license: str) -> str:
    """What is kept, what for, who may have it, and how to take it back."""
    media = {"stills": "the pictures themselves", "sequences": "the videos themselves"}[kind]
    kept = "the points of hands, arms and body in each picture, without a face mesh"
    kept = f"{kept}, and {media}" if keeps_media else f"{kept}. No picture and no video"
    passing_on = "to nobody, unless you are asked again" if license == UNDECIDED else f"under this licence: {license}"
    return "\n".join(
        [
            f"Kept: {kept}.",
            f"Also: the name “{signer}” for you, the session, the hand you sign with, the camera, and the time.",
            f"What for: {purpose}.",
            f"Passed on: {passing_on}.",
            "You may stop at any moment, and withdraw later without giving a reason: `chereme collect withdraw` then "
            "removes from this folder all that was recorded of you. What was trained before stays as it is.",
        ]
    )
