"""What ADW takes from the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from adw.errors import ConfigError

_SECRET_NAME = re.compile(
    r"(^|_)(API|ACCESS)?(KEY|KEY_ID|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|DSN|PAT)$"
    r"|(DATABASE_URL|CONNECTION_STRING)$",
    re.IGNORECASE,
)
_SHORTEST_SECRET = 8
"""Shorter values are no secrets worth the name, and to redact them would riddle every text."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What ADW takes from the environment. Secrets don't show when it is printed."""

    anthropic_api_key: SecretStr | None
    auth_token: SecretStr | None
    base_url: str
    """Empty for the provider's own."""
    database_url: SecretStr | None
    github_token: SecretStr | None
    """GH_TOKEN, else GITHUB_TOKEN."""
    github_api_url: str
    """Empty for github.com's."""
    data_home: Path
    """ADW's own folder for what belongs to the user, not to one repository."""
    no_color: bool
    secrets: tuple[SecretStr, ...]
    """Every value that looks like a secret by its variable's name: nothing of it may be stored or shown."""

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> "Environment":
        """Raises ConfigError where neither XDG_DATA_HOME nor HOME tells where to store things."""
        hidden = {value for name, value in variables.items() if _SECRET_NAME.search(name)}
        hidden |= {_password_of(value) for value in hidden}
        return cls(
            anthropic_api_key=_secret(variables.get("ANTHROPIC_API_KEY")),
            auth_token=_secret(variables.get("ANTHROPIC_AUTH_TOKEN")),
            base_url=variables.get("ANTHROPIC_BASE_URL", "").strip(),
            database_url=_secret(variables.get("ADW_DATABASE_URL")),
            github_token=_secret(variables.get("GH_TOKEN")) or _secret(variables.get("GITHUB_TOKEN")),
            github_api_url=variables.get("GITHUB_API_URL", "").strip(),
            data_home=_data_home(variables),
            no_color=bool(variables.get("NO_COLOR")),
            secrets=tuple(SecretStr(value) for value in sorted(hidden) if len(value) >= _SHORTEST_SECRET),
        )


def _secret(value: str | None) -> SecretStr | None:
    return SecretStr(value.strip()) if value and value.strip() else None


def _password_of(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def user_file(variables: Mapping[str, str]) -> Path | None:
    """Where the user's own configuration is, for all repositories; None where there is no home to look in."""
    folder = _folder_of(variables, "XDG_CONFIG_HOME", Path(".config"))
    return folder / "adw" / "config.toml" if folder else None


def _data_home(variables: Mapping[str, str]) -> Path:
    folder = _folder_of(variables, "XDG_DATA_HOME", Path(".local", "share"))
    if folder is None:
        raise ConfigError("neither XDG_DATA_HOME nor HOME is set", hint="set one: the ledger is kept there")
    return folder / "adw"


def _folder_of(variables: Mapping[str, str], name: str, usual: Path) -> Path | None:
    """The XDG specification says that a relative path is to be ignored."""
    given = Path(variables.get(name, ""))
    if given.is_absolute():
        return given
    home = variables.get("HOME") or variables.get("USERPROFILE")
    return Path(home) / usual if home else None
