"""A run against a quota: held before the first call, resumed with more of it, and warned of on the way."""

import json
import shlex
import sys

from tests.servers.messages_api import MessagesApi
from tests.support.project import GOOD, sample_project

TELL = (
    "import os, sys; open('alert.json', 'a').write(sys.stdin.read()); assert not [n for n in os.environ if 'KEY' in n]"
)


def configure(project, tokens):
    settings = project.folder / ".adw.toml"
    own = settings.read_text(encoding="utf-8").partition("[quota]")[0]
    command = shlex.join([sys.executable, "-c", TELL])
    quota = f'[quota]\nmonthly_tokens = {tokens}\nalerts.used = 0.000001\n[hooks]\non_alert = """{command}"""\n'
    settings.write_text(own + quota, encoding="utf-8")


def test_a_run_ends_where_the_quota_does_and_goes_on_with_more_of_it(tmp_path):
    with MessagesApi(GOOD) as api:
        project = sample_project(tmp_path, api.url)
        configure(project, 9_000)
        code, shown = project.envelope("run", "issue.md")
        (error,) = shown["errors"]
        assert (code, error["code"], api.requests) == (3, "over_quota", [])
        assert "of the month's quota of 9,000 are left" in error["message"]
        spec = shown["data"]["record"]["spec"]
        assert f"adw resume {spec['id']}" in error["hint"]
        assert (spec["level"], "snapshots" in spec["flags"]) == ("minimal", False)

        configure(project, 100_000_000)
        code, shown = project.envelope("resume", spec["id"])
        assert code == 0, shown
        assert len(api.requests) == len(GOOD)
        (alert,) = [json.loads(line) for line in (project.folder / "alert.json").read_text().splitlines()]
        assert (alert["kind"], alert["run_id"], alert["facts"]["limit"]) == ("quota_used", spec["id"], 100_000_000)
        assert any(alert["message"] in warning for warning in shown["warnings"])

        code, shown = project.envelope("usage", "quota")
        _, month = shown["data"]["periods"]
        assert (month["used"], month["reserved"]) == (alert["facts"]["used"], 0) or month["used"] > alert["facts"][
            "used"
        ]
