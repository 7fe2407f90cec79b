import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.context.redact import MARK, Redactor

PEM = (
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n"
    "MIIEow/+IB==\n-----END RSA PRIVATE KEY-----"
)


@pytest.mark.parametrize(
    "key",
    [
        "sk-ant-api03-" + "a1B2" * 10,
        "sk-proj-" + "a1B2" * 10,
        "ghp_" + "a1B2" * 9,
        "gho_" + "a1B2" * 9,
        "ghs_" + "a1B2" * 9,
        "github_pat_11ABCDEFG0_" + "a1B2" * 12,
        "AKIAIOSFODNN7EXAMPLE",
        "xoxb-1234567890-abcdefghij",
        PEM,
        PEM.replace("\n", "\\n"),
    ],
)
@pytest.mark.parametrize("frame", ["{}", "key = '{}'", "see {}, please", "({})", "a\n{}\nb"])
def test_keys_of_well_known_shape_are_replaced_and_nothing_around_them(key, frame):
    assert Redactor().text(frame.format(key)) == frame.format(MARK)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Authorization: Bearer abc123def456ghi789", "Authorization: Bearer [redacted]"),
        ('{"authorization": "bearer abc123def456ghi789=="}', '{"authorization": "bearer [redacted]"}'),
        ("x-api-key: abc123def456ghi789", "x-api-key: [redacted]"),
        ('"X-Api-Key": "abc123def456ghi789"', '"X-Api-Key": "[redacted]"'),
    ],
)
def test_credentials_in_headers_are_replaced(line, expected):
    assert Redactor().text(line) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the task-force-of-seven-engineers-2024 met",
        "pip install sk-learn-pipeline-extensions-for-trees",
        "Bearer authentication-is-required here",
        "the bearer of this letter",
        "AKIA is a prefix",
        "-----BEGIN CERTIFICATE-----",
        "x-api-key: $" + "{ANTHROPIC_API_KEY}",
        "ghp_short",
    ],
)
def test_ordinary_text_is_left_alone(text):
    assert Redactor().text(text) == text


def test_a_private_key_that_was_cut_off_is_replaced_as_far_as_it_goes():
    assert Redactor().text("-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkqh") == MARK


def test_code_that_only_names_the_head_of_a_key_keeps_what_follows():
    code = 'if "-----BEGIN RSA PRIVATE KEY-----" in text:\n    raise Leak(text)\n'
    assert Redactor().text(code) == f'if "{MARK}" in text:\n    raise Leak(text)\n'


def test_known_secrets_are_replaced_everywhere_in_a_value_keys_too():
    redactor = Redactor(("correct horse battery",))
    value = {"a": ["x correct horse battery y", 3, None, True], "correct horse battery": {"b": "plain"}}
    assert redactor.value(value) == {"a": [f"x {MARK} y", 3, None, True], MARK: {"b": "plain"}}


def test_a_secret_that_begins_with_another_is_replaced_as_one():
    assert Redactor(("longpassword", "longpassword-and-more")).text("longpassword-and-more") == MARK


def test_short_values_are_no_secrets():
    assert Redactor(("root", "1234567")).text("root 1234567") == "root 1234567"


SECRETS = st.lists(st.text(min_size=8, max_size=12).filter(lambda s: s not in MARK), min_size=1, max_size=4)


@given(st.data(), SECRETS)
def test_no_secret_survives_in_any_nested_value(data, secrets):
    parts = st.one_of(st.sampled_from(secrets), st.text(max_size=5), st.sampled_from([MARK, "[redac", "ted]"]))
    strings = st.lists(parts, max_size=5).map("".join)
    leaves = st.one_of(strings, st.none(), st.booleans(), st.integers())
    nested = st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(strings, inner, max_size=3)
    )
    cleaned = Redactor(tuple(secrets)).value(data.draw(nested))
    assert not [text for text in texts(cleaned) for secret in secrets if secret in text]


@given(st.text(alphabet="[]redacted ab", min_size=8, max_size=20), st.text(alphabet="[]redacted ab", max_size=60))
def test_a_secret_made_of_the_marks_own_characters_does_not_survive_either(secret, text):
    redactor = Redactor((secret,))
    assert secret in MARK or secret not in redactor.text(text + secret + text)


@given(st.text())
def test_redacting_twice_changes_nothing_more(text):
    redactor = Redactor(("a secret value",))
    once = redactor.text(f"{text}a secret value{text}")
    assert redactor.text(once) == once


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from texts(item)


@pytest.mark.parametrize(
    "unit",
    [
        "sk-",
        "ghp_",
        "bearer ",
        "x-api-key: ",
        "xoxb-",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nDEK-Info:",
        "almost-the-secre",
        "def f(x): return x\n",
    ],
)
@pytest.mark.timeout(60)
def test_long_texts_are_done_in_linear_time(unit):
    """Anything quadratic would take hours for this."""
    text = unit * (2_000_000 // len(unit))
    assert Redactor(("almost-the-secret",)).text(text + "almost-the-secret").endswith(MARK)
