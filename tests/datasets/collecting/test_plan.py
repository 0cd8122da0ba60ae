from chereme.datasets.collecting.plan import Plan


def test_it_goes_on_where_a_session_stopped() -> None:
    plan = Plan(["a", "b"], 2, {"a": 2, "b": 1, "other": 9})
    assert (plan.gloss, plan.recorded, plan.wanted) == ("b", 3, 4)
    plan.add("b", 1)
    assert plan.gloss is None


def test_a_skipped_sign_comes_again_after_the_last() -> None:
    plan = Plan(["a", "b", "c"], 1, {})
    plan.skip()
    assert plan.gloss == "b"
    plan.add("b", 1)
    assert plan.gloss == "c"
    plan.add("c", 1)
    assert plan.gloss == "a"
    plan.skip()
    assert plan.gloss == "a"


def test_what_is_taken_back_is_its_turn_again() -> None:
    plan = Plan(["a", "b"], 2, {"a": 2})
    assert plan.gloss == "b"
    plan.add("a", -1)
    assert (plan.gloss, plan.missing("a")) == ("a", 1)


def test_more_than_the_goal_does_not_count_for_others() -> None:
    assert Plan(["a", "b"], 2, {"a": 5}).recorded == 2
