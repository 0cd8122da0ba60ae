"""The body as a graph: one piece, and a direction along every bone."""

import torch

from chereme.features.graph import Skeleton
from chereme.landmarks import BODY, HANDS, HOLISTIC


def test_body_and_hands_are_one_piece_of_49_nodes() -> None:
    skeleton = Skeleton.of(BODY)
    assert len(skeleton.points) == 7 + 2 * 21
    assert len(skeleton.hops) == len(skeleton.points)
    names = [BODY.names[point] for point in skeleton.points]
    hops = dict(zip(names, skeleton.hops, strict=True))
    assert hops["left_shoulder"] == 0
    assert hops["right_wrist"] == 2
    assert hops["right_hand.wrist"] == 3, "a hand hangs on its arm"
    assert hops["right_hand.index_tip"] == 7


def test_hands_alone_hang_on_their_wrists() -> None:
    skeleton = Skeleton.of(HANDS)
    assert [HANDS.names[point] for point, hop in zip(skeleton.points, skeleton.hops, strict=True) if hop == 0] == [
        "left_hand.wrist",
        "right_hand.wrist",
    ]


def test_the_face_is_left_out() -> None:
    assert len(Skeleton.of(HOLISTIC).points) == len(Skeleton.of(BODY).points)


def test_each_bone_is_in_one_partition_in_each_direction() -> None:
    skeleton = Skeleton.of(BODY)
    root, nearer, further = skeleton.partitions()
    assert root.diagonal().gt(0).all()
    joined = (root + nearer + further).gt(0)
    assert joined.sum() == len(skeleton.points) + 2 * len(set(skeleton.bones))
    assert torch.equal(nearer.gt(0), further.gt(0).T), "what is nearer for one is further for the other"
    for part in (root, nearer, further):
        assert torch.allclose(part.sum(dim=1), part.gt(0).any(dim=1).float())
