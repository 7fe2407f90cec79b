"""What `adw doctor` looks at outside of the checkout: GitHub, as far as nothing is sent, and the database."""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import SecretStr

from adw.adapters.git.push import Origin
from adw.adapters.git.repository import Repository
from adw.adapters.github.server import Server
from adw.config import Environment
from adw.domain.diagnosis import Part, Status
from adw.errors import ConfigError, WorkspaceError
from adw.wiring.house import open_ledger
from adw.wiring.place import Place

_PATIENCE_S = 10
"""How long a server that says nothing is waited for."""


def github(place: Place) -> Iterator[Part]:
    """Which server, which repository, and whether there is a token. Nothing of it is needed for issues in files."""
    environment = Environment.read(place.variables)
    try:
        server = Server.at(environment.github_api_url)
    except ConfigError as error:
        yield Part("github", Status.WARNING, error.message, error.hint)
        return
    repository = _repository_on(server, place)
    if repository:
        yield Part("github", Status.OK, f"origin is {repository} on {server.host}")
    else:
        hint = "git remote add origin ADDRESS, or GITHUB_API_URL for another server" if repository is not None else ""
        yield Part("github", Status.OK, f"origin is no repository on {server.host}: no --pr, no issues like 42", hint)
    yield _token(place, environment, server, wanted=bool(repository))


def _token(place: Place, environment: Environment, server: Server, *, wanted: bool) -> Part:
    if environment.github_token is not None:
        name = "GH_TOKEN" if place.variables.get("GH_TOKEN", "").strip() else "GITHUB_TOKEN"
        return Part("github token", Status.OK, f"{name} is set, for {server.host}")
    return Part(
        "github token",
        Status.WARNING if wanted else Status.OK,
        "none: no --pr, and issues of public repositories only" if wanted else "none",
        "set GH_TOKEN; where gh is set up: export GH_TOKEN=$(gh auth token)" if wanted else "",
    )


def _repository_on(server: Server, place: Place) -> str | None:
    """`owner/name` of `origin`; empty where it is elsewhere or missing, None where there is no git repository."""
    try:
        return server.repository(Origin(Repository.discover(place.folder)).url())
    except WorkspaceError:  # told as such
        return None


def database(place: Place) -> Iterator[Part]:
    """Opened, so that it is known to answer."""
    environment = Environment.read(place.variables)
    if environment.database_url is None:
        with open_ledger(environment):
            yield Part("ledger", Status.OK, f"{environment.data_home / 'ledger.db'} (SQLite)")
        return
    from adw.adapters.ledger import engine  # noqa: PLC0415 - SQLAlchemy: 0.1 s

    url = engine.ledger_url(environment.database_url.get_secret_value())
    where = engine.place(url)
    if url.get_backend_name() == "sqlite":
        kind = "SQLite"
    else:
        kind = "PostgreSQL"
        url = url.update_query_dict({"connect_timeout": str(_PATIENCE_S)} | dict(url.query))
    patient = replace(environment, database_url=SecretStr(url.render_as_string(hide_password=False)))
    with open_ledger(patient):
        yield Part("ledger", Status.OK, f"{where} ({kind}, by ADW_DATABASE_URL)")
