"""However two configuration files are written, an error names the file and the line that say what is wrong."""

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adw.config import load
from adw.errors import ConfigError

KEYS = {
    "model.name": '"m"',
    "model.plan.effort": '"low"',
    "checks.test.command": '"make test"',
    "checks.network": "true",
    "limits.max_turns": "3",
    "limits.budget_usd": "1.5",
    'models."a.b / c".context_window': "5000",
    "quota.time_zone": '"UTC"',
    "quota.alerts.used": "0.5",
    "hooks.on_alert": '["x", "y"]',
    "hooks.timeout_s": "4",
    "flags.snapshots": "false",
}
WRONG = "1979-05-27"
"""A date is no key's value."""


@st.composite
def written(draw, keys):
    """A file with these keys and values in any order and style; the line of each key."""
    dotted, sections = [], defaultdict(list)
    for key, value in draw(st.permutations(keys)):
        section, _, word = key.rpartition(".")
        sections[section].append((key, word, value))
    lines, places = [], {}

    def put(text, key=""):
        lines.extend(draw(st.sampled_from(([], [""], ["# limits.max_turns = 0", ""]))))
        lines.append(text)
        if key:
            places[key] = len(lines)

    # A table that a dotted key has made cannot be opened by a header: where one key is dotted, all of its section are.
    tops = sorted({section.split(".")[0] for section in sections})
    plain = {top for top in tops if draw(st.booleans())}
    for section, found in list(sections.items()):
        if section.split(".")[0] in plain:
            dotted += [(key, f"{key} = {value}") for key, _, value in sections.pop(section)]
        else:
            sections[section] = found
    for key, text in dotted:
        put(text, key)
    for section, found in sections.items():
        put(f"[{section}]" if draw(st.booleans()) else f"  [ {section} ]  # a comment")
        for key, word, value in found:
            put(f"{word} = {value}" if draw(st.booleans()) else f"    {word}={value}", key)
    return "\n".join(lines) + "\n", places


@st.composite
def two_files(draw):
    """Two files that are right but for one key in one of them: that file, and its line."""
    names = ("user", "repository")
    chosen = {name: draw(st.sets(st.sampled_from(sorted(KEYS)))) for name in names}
    where, wrong = draw(st.sampled_from(names)), draw(st.sampled_from(sorted(KEYS)))
    chosen[where].add(wrong)
    texts, line = {}, 0
    for name in names:
        pairs = [(key, WRONG if (name, key) == (where, wrong) else KEYS[key]) for key in sorted(chosen[name])]
        texts[name], places = draw(written(pairs))
        line = places[wrong] if name == where else line
    return texts, where, line


@settings(max_examples=150)
@given(two_files())
def test_the_wrong_key_is_named_where_it_stands(made):
    texts, where, line = made
    with TemporaryDirectory() as folder:
        own, root = Path(folder, "adw", "config.toml"), Path(folder, "repository")
        own.parent.mkdir()
        root.mkdir()
        own.write_text(texts["user"], encoding="utf-8")
        (root / ".adw.toml").write_text(texts["repository"], encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load(root, {"XDG_CONFIG_HOME": folder})
        name = str(own) if where == "user" else ".adw.toml"
    assert caught.value.message.startswith(f"{name}, line {line}: ")
