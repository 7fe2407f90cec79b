from adw.domain.run import Outcome, Phase
from tests.fakes.scripted_checks import green
from tests.fakes.scripted_model import says
from tests.support.kit import BUILD, FILES, PLAN, TEST, call, shop


def test_the_baseline_is_taken_before_the_model_is_asked() -> None:
    world = shop([PLAN], checks=(TEST, BUILD), until=Phase.PLAN)
    world.run()
    kinds = [event.kind for event in world.events.told]
    assert kinds.index("call_started") > max(place for place, kind in enumerate(kinds) if kind == "check_ended")
    assert world.checks.labels == ["test-baseline", "build-baseline"]
    first = repr(world.model.requests[0].messages)
    assert "# Baseline: test" in first
    assert "# Baseline: build" in first


def test_the_workspace_is_made_on_the_run_s_branch() -> None:
    world = shop([PLAN], until=Phase.PLAN)
    world.run()
    assert (world.workspace.base_commit, world.workspace.branch) == ("0" * 40, "adw/wrong-total-run-1")


def test_instructions_of_the_project_stand_in_every_system_prompt() -> None:
    world = shop([PLAN], instructions="Use tabs.", until=Phase.PLAN)
    world.run()
    (system,) = world.model.requests[0].system
    assert system.text.endswith("# Project instructions\nUse tabs.")


def test_a_file_to_change_that_is_not_there_is_one_to_create() -> None:
    plan = says("", call("done", summary="s", steps=[], change=["shop/cart.py", "new.py"], create=["new.py"], tests=[]))
    result = shop([plan], until=Phase.PLAN).run()
    assert result.plan is not None
    assert (result.plan.change, result.plan.create) == (("shop/cart.py",), ("new.py",))


def test_a_plan_that_is_none_is_answered_and_asked_for_again() -> None:
    result = shop([says("", call("done", summary="")), PLAN], until=Phase.PLAN).run()
    assert (result.outcome, result.phases[0].calls) == (Outcome.PASSED, 2)


def test_secrets_in_the_repository_do_not_reach_the_model() -> None:
    files = {**FILES, "shop/cart.py": b"KEY = 's3cret'\n"}
    world = shop([PLAN], lambda _check: green(TEST), files, until=Phase.PLAN)
    world.redact = lambda text: text.replace("s3cret", "[redacted]")
    world.run()
    assert "s3cret" not in repr(world.model.requests)
    assert "s3cret" not in repr(world.store)
