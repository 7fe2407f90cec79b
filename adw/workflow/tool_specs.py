"""The tools that a model may call: few, small, the same in every phase that has them."""

from typing import Any

from adw.domain.messages import ToolSpec
from adw.domain.review import Severity, Verdict

_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}


def _spec(name: str, description: str, required: dict[str, Any], optional: dict[str, Any] | None = None) -> ToolSpec:
    schema = {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required)}
    return ToolSpec(name, description, schema)


READ = _spec("read", "Files as they are now. A path may end in :from-to lines.", {"paths": _TEXTS})
SEARCH = _spec("search", "Lines that match a Python regex.", {"pattern": _TEXT}, {"glob": _TEXT})
EDIT = _spec("edit", "Replace old by new.", {"path": _TEXT, "old": _TEXT, "new": _TEXT}, {"all": {"type": "boolean"}})
WRITE = _spec("write", "Write a whole file.", {"path": _TEXT, "content": _TEXT})
DELETE = _spec("delete", "Delete a file.", {"path": _TEXT})
RUN_CHECKS = _spec("run_checks", "Run checks now: test, build, lint.", {"checks": _TEXTS})
DONE = _spec("done", "The work is finished.", {"summary": _TEXT})
DONE_PLAN = _spec(
    "done",
    "Hand over the plan.",
    {"summary": _TEXT, "steps": _TEXTS, "change": _TEXTS, "create": _TEXTS, "tests": _TEXTS},
    {"testing": _TEXT},
)
DONE_REVIEW = _spec(
    "done",
    "Hand over the review.",
    {
        "verdict": {"enum": [verdict.value for verdict in Verdict]},
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "severity": {"enum": [severity.value for severity in Severity]},
                    "path": _TEXT,
                    "line": {"type": "integer"},
                    "message": _TEXT,
                },
                "required": ["severity", "path", "message"],
            },
        },
    },
)

PLAN_TOOLS = (READ, SEARCH, DONE_PLAN)
EDIT_TOOLS = (READ, SEARCH, EDIT, WRITE, DELETE, RUN_CHECKS, DONE)
REVIEW_TOOLS = (READ, SEARCH, DONE_REVIEW)
