from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from adw.adapters.github.connection import Access, Connection
from adw.adapters.github.server import Server
from tests.servers.github_api import GitHubApi

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN = "ghp_0123456789abcdefghij0123456789abcdef"  # noqa: S105 - nobody's


@pytest.fixture
def github() -> Iterator[GitHubApi]:
    with GitHubApi(page=2) as api:
        yield api


@pytest.fixture
def waited() -> list[float]:
    """What was waited for, in seconds; nothing really is."""
    return []


@pytest.fixture
def connect(github, waited) -> Iterator[Callable[..., Connection]]:
    with ExitStack() as open_:

        def connect(token: str = TOKEN, url: str = "", **more: float) -> Connection:
            access = Access(Server.at(url or github.url), token, lambda: NOW, waited.append, **more)
            return open_.enter_context(Connection(access))

        yield connect
