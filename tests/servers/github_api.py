"""A server on loopback that speaks as much of GitHub's REST API as ADW uses, over issues and pull requests in memory.

    with GitHubApi() as github:
        github.issue(42, "Totals are wrong", comments=[comment("add, don't overwrite", "alice", "OWNER")])
        ...  # GITHUB_API_URL=github.url
    assert github.pulls[0]["draft"]

`trouble` holds answers to give instead of real ones, oldest first: each is (status, headers, JSON), and the request is
not carried out; one with `after=True` carries it out and loses the answer.
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers.loopback import Loopback

REPOSITORY = "octo/shop"
Json = Any


@dataclass(frozen=True)
class Trouble:
    status: int
    body: Json = field(default_factory=lambda: {"message": "no"})
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    """Whether the request is carried out all the same."""
    raw: bytes | None = None
    """Instead of JSON."""
    cut: bool = False
    """Close the connection without an answer."""


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Json


def comment(body: str, login: str, association: str = "NONE", *, kind: str = "User", app: Json = None) -> Json:
    return {
        "body": body,
        "user": {"login": login, "type": kind},
        "author_association": association,
        "performed_via_github_app": app,
    }


class GitHubApi(Loopback):
    """The server. `asked` holds every request."""

    def __init__(self, *, page: int = 100) -> None:
        self.asked: list[Asked] = []
        self.trouble: list[Trouble] = []
        self.issues: dict[int, Json] = {}
        self.comments: dict[int, list[Json]] = {}
        self.pulls: list[Json] = []
        self.branches = {"main"}
        self.rights: Json = {"pull": True, "push": True}
        self.moved: dict[str, str] = {}
        """Redirects: a path to an address."""
        self.page = page
        self.told: Callable[[Asked], None] = lambda _asked: None
        """Called with every request before it is answered."""
        self._ids = count(1)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _conversation(self))
        self._server.daemon_threads = True

    def issue(self, number: int, title: str, body: str | None = "", **more: Json) -> None:
        comments = more.pop("comments", [])
        self.issues[number] = {
            "number": number,
            "title": title,
            "body": body,
            "html_url": f"{self.url}/{REPOSITORY}/issues/{number}",
            "labels": [],
            **more,
        }
        self.comments[number] = [self._comment(one) for one in comments]

    def _comment(self, content: Json) -> Json:
        number = next(self._ids)
        return {"id": number, "html_url": f"{self.url}/{REPOSITORY}/issues/comments/{number}", **content}

    def sent(self, method: str) -> list[Json]:
        """Bodies of the requests by that method."""
        return [one.body for one in self.asked if one.method == method]

    def answer(self, asked: Asked) -> tuple[int, Json, dict[str, str]]:
        """Status, JSON, headers."""
        with self._lock:
            for form, method, act in _ROUTES:
                found = re.fullmatch(form, asked.path)
                if found and method == asked.method:
                    return act(self, asked, **found.groupdict())
        return 404, {"message": "Not Found"}, {}

    def _repository(self, _asked: Asked) -> tuple[int, Json, dict[str, str]]:
        shown = {"full_name": REPOSITORY, "default_branch": "main", "permissions": self.rights}
        return 200, shown, {}

    def _branch(self, _asked: Asked, name: str) -> tuple[int, Json, dict[str, str]]:
        known = unquote(name) in self.branches
        return (200, {"name": unquote(name)}, {}) if known else (404, {"message": "Branch not found"}, {})

    def _issue(self, _asked: Asked, number: str) -> tuple[int, Json, dict[str, str]]:
        known = self.issues.get(int(number))
        return (200, known, {}) if known else (404, {"message": "Not Found"}, {})

    def _listed(self, asked: Asked, number: str) -> tuple[int, Json, dict[str, str]]:
        return self._paged(asked, self.comments[int(number)])

    def _paged(self, asked: Asked, items: list[Json]) -> tuple[int, Json, dict[str, str]]:
        page = int(asked.query.get("page", "1"))
        size = min(self.page, int(asked.query["per_page"]))
        first = (page - 1) * size
        more = first + size < len(items)
        following = f'<{self.url}{asked.path}?per_page={size}&page={page + 1}>; rel="next"'
        return 200, items[first : first + size], {"link": following} if more else {}

    def _commented(self, asked: Asked, number: str) -> tuple[int, Json, dict[str, str]]:
        made = self._comment(comment(asked.body["body"], "adw-user", "OWNER"))
        self.comments[int(number)].append(made)
        return 201, made, {}

    def _reworded(self, asked: Asked, number: str) -> tuple[int, Json, dict[str, str]]:
        known = next(one for all_ in self.comments.values() for one in all_ if one["id"] == int(number))
        known.update(asked.body)
        return 200, known, {}

    def _found(self, asked: Asked) -> tuple[int, Json, dict[str, str]]:
        head = asked.query["head"].partition(":")[2]
        return self._paged(asked, [one for one in reversed(self.pulls) if one["head"] == head])

    def _opened(self, asked: Asked) -> tuple[int, Json, dict[str, str]]:
        if any(one["head"] == asked.body["head"] and one["state"] == "open" for one in self.pulls):
            said = f"A pull request already exists for octo:{asked.body['head']}."
            return 422, {"message": "Validation Failed", "errors": [{"message": said}]}, {}
        number = next(self._ids)
        made = {**asked.body, "number": number, "state": "open", "html_url": f"{self.url}/{REPOSITORY}/pull/{number}"}
        self.pulls.append(made)
        return 201, made, {}

    def _edited(self, asked: Asked, number: str) -> tuple[int, Json, dict[str, str]]:
        known = next(one for one in self.pulls if one["number"] == int(number))
        known.update(asked.body)
        return 200, known, {}


_HERE = rf"/repos/{REPOSITORY}"
_ROUTES: tuple[tuple[str, str, Callable[..., tuple[int, Json, dict[str, str]]]], ...] = (
    (_HERE, "GET", GitHubApi._repository),
    (rf"{_HERE}/branches/(?P<name>[^/]+)", "GET", GitHubApi._branch),
    (rf"{_HERE}/issues/(?P<number>\d+)", "GET", GitHubApi._issue),
    (rf"{_HERE}/issues/(?P<number>\d+)/comments", "GET", GitHubApi._listed),
    (rf"{_HERE}/issues/(?P<number>\d+)/comments", "POST", GitHubApi._commented),
    (rf"{_HERE}/issues/comments/(?P<number>\d+)", "PATCH", GitHubApi._reworded),
    (rf"{_HERE}/pulls", "GET", GitHubApi._found),
    (rf"{_HERE}/pulls", "POST", GitHubApi._opened),
    (rf"{_HERE}/pulls/(?P<number>\d+)", "PATCH", GitHubApi._edited),
)


def _conversation(api: GitHubApi) -> type[BaseHTTPRequestHandler]:
    class Conversation(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            length = int(self.headers.get("content-length", "0"))
            body = json.loads(self.rfile.read(length)) if length else None
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, address.path, query, headers, body)
            api.asked.append(asked)
            api.told(asked)
            trouble = api.trouble.pop(0) if api.trouble else None
            if trouble is None or trouble.after:
                status, content, more = api.answer(asked)
            if trouble is not None:
                status, content, more = trouble.status, trouble.body, trouble.headers
            elif address.path in api.moved:
                status, content, more = 301, {"message": "Moved"}, {"location": api.moved[address.path]}
            if trouble is not None and trouble.cut:
                self.close_connection = True
                return
            raw = trouble.raw if trouble is not None and trouble.raw is not None else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", **more, "content-length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_POST = do_PATCH = do_GET  # noqa: N815 - the base class calls them so

        def log_message(self, *args: object) -> None:
            """Quiet."""

    return Conversation
