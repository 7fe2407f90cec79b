"""RSpec and PHPUnit."""

import json
from collections.abc import Iterator
from typing import Any

from adw.checks.detection.listing import Found, Listing, check


def found(repository: Listing) -> Iterator[Found]:
    if repository.has(".rspec") or repository.ending("_spec.rb"):
        command = ("bundle", "exec", "rspec") if repository.has("Gemfile") else ("rspec",)
        yield Found(check("test", "rspec", *command), repository.ending(".rb"))
    if repository.has("phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml") or _requires_phpunit(repository):
        yield Found(check("test", "phpunit", "phpunit"), repository.ending(".php"))


def _requires_phpunit(repository: Listing) -> bool:
    try:
        content: Any = json.loads(repository.text("composer.json"))
        return "phpunit/phpunit" in {**(content.get("require-dev") or {}), **(content.get("require") or {})}
    except (ValueError, TypeError, AttributeError):
        return False
