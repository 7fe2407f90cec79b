"""`--dry-run`: what a run would be. Nothing is made, nothing is spent."""

from adw.adapters.counters.runtime import counter_for_runtime
from adw.adapters.git.commit_files import CommitFiles
from adw.adapters.template_files import TemplateFiles, template_folder
from adw.context.builder import build
from adw.domain.results import DryRun, RunRequest, SectionTokens
from adw.domain.run import Phase
from adw.wiring.house import Place, open_house
from adw.wiring.preflight import prepare
from adw.workflow.kit import View
from adw.workflow.plan import plan_sections
from adw.workflow.tool_specs import PLAN_TOOLS


def plan_run(request: RunRequest, place: Place | None = None) -> DryRun:
    """The run as it would start, with the plan request counted section by section; no check is run for it."""
    house = open_house(place)
    spec = prepare(house, request)
    choice = spec.models[Phase.PLAN]
    counter = counter_for_runtime()
    view = View(spec, CommitFiles(house.repository), house.redactor.text)
    prompt = TemplateFiles(template_folder()).system(Phase.PLAN)
    sections = plan_sections(view, prompt.text, None, ())

    def count(text: str) -> int:
        return counter.count_text(text, choice.model)

    window = house.prices().context_window(choice.model)
    room = int((window or 0) * spec.limits.safe_utilization) - choice.max_tokens
    built = build(sections, (), PLAN_TOOLS, choice, count=count, room=room)
    return DryRun(
        issue=spec.issue,
        head=spec.base_commit,
        branch=spec.branch,
        checks=spec.checks,
        models=spec.models,
        limits=spec.limits,
        sections=tuple(SectionTokens(one.name, count(one.text)) for one in sections),
        tokens=counter.count_request(built.request),
        context_window=window,
        warnings=spec.warnings,
    )
