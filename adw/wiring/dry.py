"""What a run would begin with. Nothing is made, nothing is spent."""

from dataclasses import dataclass

from adw.adapters.counters.runtime import counter_for_runtime
from adw.adapters.git.commit_files import CommitFiles
from adw.adapters.template_files import TemplateFiles, template_folder
from adw.context.builder import Built, build
from adw.domain.call import CallFacts
from adw.domain.flags import Flag
from adw.domain.results import DryRun, RunRequest, SectionTokens
from adw.domain.run import Phase, RunSpec
from adw.ports import TokenCounter
from adw.quota.drift import UNMEASURED
from adw.quota.window import room_for_sections
from adw.wiring.estimating import estimated
from adw.wiring.house import House, Place, open_house
from adw.wiring.preflight import prepare
from adw.wiring.symbols import symbol_index
from adw.workflow.kit import View
from adw.workflow.plan import plan_sections
from adw.workflow.tool_specs import PLAN_TOOLS


@dataclass(frozen=True, slots=True)
class FirstRequest:
    """The plan phase's first request, but for the baseline's report: no check is run for it."""

    spec: RunSpec
    built: Built
    facts: CallFacts
    counter: TokenCounter


def plan_run(request: RunRequest, place: Place | None = None) -> DryRun:
    """The run as it would start, with the plan request counted section by section."""
    house = open_house(place)
    first = first_request(house, request)
    spec, model = first.spec, first.built.request.model
    return DryRun(
        issue=spec.issue,
        head=spec.base_commit,
        branch=spec.branch,
        checks=spec.checks,
        models=spec.models,
        limits=spec.limits,
        sections=tuple(SectionTokens(one.name, one.tokens) for one in first.built.sections),
        tokens=first.counter.count_request(first.built.request),
        context_window=house.prices().context_window(model),
        estimate=None if spec.replay else estimated(house, spec),
        level=spec.level,
        warnings=spec.warnings,
    )


def first_request(house: House, request: RunRequest) -> FirstRequest:
    """Raises what `adw run` raises before it starts."""
    spec = prepare(house, request)
    choice, counter = spec.models[Phase.PLAN], counter_for_runtime(house.counts)

    def count(text: str) -> int:
        return counter.count_text(text, choice.model)

    symbols = symbol_index(house, keep=False)
    view = View(spec, CommitFiles(house.repository), house.redactor.text, symbols)
    prompt = TemplateFiles(template_folder()).system(Phase.PLAN)
    window = house.prices().context_window(choice.model)
    built = build(
        plan_sections(view, prompt.text, None, ()),
        (),
        PLAN_TOOLS,
        choice,
        count=count,
        room=room_for_sections(choice.model, window, spec.limits.safe_utilization, choice.max_tokens, UNMEASURED),
        breakpoints=Flag.STABLE_PROMPTS in spec.flags,
    )
    facts = CallFacts(Phase.PLAN, 0, 1, prompt.version, built.sections, built.excluded)
    return FirstRequest(spec, built, facts, counter)
