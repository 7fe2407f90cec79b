"""`adw context ablate` as the shell sees it."""

import io
from dataclasses import replace

from adw.cli.render import Screen
from adw.domain.results import AblationRequest
from tests.unit.cli import samples
from tests.unit.cli.stub_wiring import StubWiring
from tests.unit.cli.test_app import envelope, pinned, run


def _shown(result):
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    Screen("context ablate", as_json=False, out=out, err=err).result(result)
    return tuple(stream.buffer.getvalue().decode() for stream in (out, err) if stream.flush() is None)


def test_the_envelope_is_the_pinned_one(capfd):
    assert run("context", "ablate", "runs", "--json") == 0
    shown = envelope(capfd)
    assert shown == pinned("context-ablate", shown)


def test_what_was_asked_reaches_the_wiring():
    stub = StubWiring()
    options = ["--policy", "full,mask1", "--policy", "adw", "--weights", "cost", "--dump", "d.jsonl", "--plot", "p.svg"]
    assert run("context", "ablate", "a.json", "b", *options, wiring=stub) == 0
    assert run("context", "ablate", "a.json", wiring=stub) == 0
    assert [request for _, request in stub.asked] == [
        AblationRequest(("a.json", "b"), ("full", "mask1", "adw"), "cost", "d.jsonl", "p.svg"),
        AblationRequest(("a.json",), (), "raw", "", ""),
    ]


def test_nothing_to_replay_and_unknown_weights_are_wrong_usage(capfd):
    assert run("context", "ablate") == 2
    assert run("context", "ablate", "a.json", "--weights", "gold") == 2
    assert "'gold'" in capfd.readouterr().err


def test_people_see_a_line_for_each_policy():
    out, err = _shown(samples.ABLATION)
    head, columns, full, adw, *files = out.splitlines()
    assert head == "2 trajectories, 1,031 calls, actions fixed; weights: cost"
    assert "weighted" in columns.split()
    assert full.split() == [
        "full",
        "12,700",
        "0.0%",
        "9,300",
        "0.0%",
        "9,000",
        "3,000",
        "300",
        "400",
        "24.4%",
        "$1.25",
        "100.0%",
    ]
    assert adw.split()[:5] == ["adw", "4,700", "76.3%", "1,300", "86.0%"]
    assert adw.split()[-2:] == ["-", "-"]
    assert files == ["calls: calls.jsonl", "plot: frontier.svg"]
    assert "left.json" in err


def test_where_all_tokens_count_alike_they_are_not_shown_twice():
    out, _ = _shown(replace(samples.ABLATION, weights="raw", dump="", plot=""))
    assert "weighted" not in out
    assert len(out.splitlines()) == 4
