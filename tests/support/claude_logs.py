"""Logs as Claude Code writes them, made up: every field and quirk that is known, the same for the same seed.

`write_logs` makes a tree on which ccusage 17 and ADW must agree to the last token; `DIFFERENCES` are the cases in which
they cannot, each with what ADW counts. Nothing in them was ever billed.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 9, 28, 6, 0, tzinfo=UTC)
MODELS = ("claude-sonnet-4-5-20250929", "claude-opus-4-1-20250805", "claude-haiku-4-5-20251001")
VERSION = "2.0.37"


@dataclass
class Maker:
    """Makes lines of one session. `padding`: letters of what the model said in each."""

    random: random.Random
    session: str
    project: str
    at: datetime
    padding: int = 200
    made: int = 0

    def name(self, kind: str) -> str:
        self.made += 1
        return f"{kind}_01{self.random.randrange(16**20):020x}"

    def step(self) -> str:
        self.at += timedelta(milliseconds=self.random.randrange(200, 90_000))
        return self.time()

    def time(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%S}.{self.at.microsecond // 1000:03}Z"

    def usage(self, *, hour: bool = False) -> dict[str, object]:
        draw = self.random.randrange
        written = draw(0, 20_000) if draw(3) else 0
        long = written if hour else draw(0, written + 1) if draw(4) == 0 else 0
        return {
            "input_tokens": draw(1, 30),
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": draw(0, 150_000),
            "cache_creation": {"ephemeral_5m_input_tokens": written - long, "ephemeral_1h_input_tokens": long},
            "output_tokens": draw(1, 3_000),
            "service_tier": "standard",
        }

    def frame(self, kind: str, **more: object) -> dict[str, object]:
        return {
            "parentUuid": None,
            "isSidechain": False,
            "userType": "external",
            "cwd": f"/home/me/{self.project}",
            "sessionId": self.session,
            "version": VERSION,
            "gitBranch": "main",
            "type": kind,
            "uuid": self.name("uuid"),
            "timestamp": self.step(),
            **more,
        }

    def asked(self) -> dict[str, object]:
        said = f'What does "usage" mean? {{"usage": 1}} 🙂 {"x" * self.padding}'
        return self.frame("user", message={"role": "user", "content": said})

    def answer(self, model: str, usage: dict[str, object] | None = None, **more: object) -> dict[str, object]:
        content = [{"type": "text", "text": "said " * (self.padding // 5)}]
        message = {
            "id": self.name("msg"),
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": content,
            "stop_reason": None,
            "usage": usage or self.usage(),
        }
        return self.frame("assistant", message=message, requestId=self.name("req"), **more)


def text(*lines: dict[str, object]) -> str:
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def write_logs(folder: Path, *, sessions: int = 12, turns: int = 25, padding: int = 200, seed: int = 5) -> None:
    """A tree like `~/.claude`: `projects/<project>/<session>.jsonl`, and sub-agents below."""
    draw = random.Random(seed)  # noqa: S311 - the same again is what is wanted
    for number in range(sessions):
        project = ("-home-me-shop", "-home-me-blog", "-home-me-a b")[number % 3]
        session = f"{draw.randrange(16**8):08x}-0000-4000-8000-{number:012x}"
        maker = Maker(draw, session, project, START + timedelta(hours=17 * number), padding)
        logs = folder / "projects" / project
        logs.mkdir(parents=True, exist_ok=True)
        first = list(_session(maker, turns))
        end = "\r\n" if number % 4 == 1 else "\n"
        (logs / f"{session}.jsonl").write_text("".join(first).replace("\n", end), encoding="utf-8", newline="")
        if number % 3 == 0:
            agents = logs / session / "subagents"
            agents.mkdir(parents=True)
            for agent in range(2):
                lines = [maker.answer(draw.choice(MODELS), isSidechain=True, agentId=f"a{agent}") for _ in range(4)]
                (agents / f"agent-a{agent}.jsonl").write_text(text(*lines), encoding="utf-8")
        if number % 5 == 0:
            # A session that was gone on with in a new file: what was said before is repeated there.
            later = f"{session[:-1]}f"
            copied = "".join(first).replace(session, later)
            more = "".join(_session(Maker(draw, later, project, maker.at, padding), 3))
            (logs / f"{later}.jsonl").write_text(copied + more, encoding="utf-8", newline="")


def _session(maker: Maker, turns: int) -> Iterator[str]:  # noqa: C901 - one case for each quirk
    """Lines with what is odd about them. Each quirk is one that ccusage 17 and ADW read alike."""
    draw = maker.random
    yield text({"type": "summary", "summary": "Earlier talk", "leafUuid": "leaf"})
    yield text(maker.frame("system", subtype="init"), maker.asked())
    for turn in range(turns):
        answer = maker.answer(MODELS[0] if turn % 4 else draw.choice(MODELS), maker.usage(hour=turn % 7 == 0))
        quirk = turn % 12
        if quirk == 1:  # a line for each block of the answer, its usage repeated
            yield text(answer, answer | {"uuid": maker.name("uuid"), "timestamp": maker.step()})
        elif quirk == 2:
            del answer["requestId"]
            yield text(answer)
        elif quirk == 3:
            del answer["message"]["id"]  # type: ignore[attr-defined]
            yield text(answer)
        elif quirk == 4:  # torn by a kill; whole the second time
            whole = text(answer)
            yield whole[: len(whole) // 2] + "\n" + whole + "\n"
        elif quirk == 5:  # made by Claude Code itself
            nothing = dict.fromkeys(("input_tokens", "output_tokens"), 0)
            yield text(maker.answer("<synthetic>", nothing, isApiErrorMessage=True), answer)
        elif quirk == 6:
            yield text(answer | {"isSidechain": True, "agentId": "old-style"})
        elif quirk == 7:
            for name in ("cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "service_tier"):
                del answer["message"]["usage"][name]  # type: ignore[attr-defined,index]
            yield text(answer)
        elif quirk == 8:  # half of a surrogate pair, escaped
            yield text(answer).replace("said ", "\\ud83d ", 1)
        elif quirk == 9:
            answer["message"]["model"] = "glm-9-unpriced"  # type: ignore[index]
            yield text(answer | {"timestamp": f"{maker.at:%Y-%m-%dT%H:%M:%S}Z", "unheardOf": {"usage": [1]}})
        else:
            yield text(answer)
        yield text(maker.asked())


@dataclass(frozen=True)
class Case:
    """One log on which the two differ. `tokens`: fresh, cache write, cache read, output as ADW counts them."""

    why: str
    log: str
    tokens: tuple[int, int, int, int]
    left_out: int = 0


def _line(number: int, usage: dict[str, object], **more: object) -> dict[str, object]:
    message = {"id": f"msg_{number}", "model": MODELS[0], "role": "assistant", "content": [], "usage": usage}
    return {
        "type": "assistant",
        "timestamp": f"2026-10-01T08:00:{number:02}.000Z",
        "sessionId": "s",
        "requestId": f"req_{number}",
        "uuid": f"uuid-{number}",
        "message": message,
        **more,
    }


def _tokens(fresh: object = 1, written: object = 2, read: object = 3, output: object = 4) -> dict[str, object]:
    return {
        "input_tokens": fresh,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "output_tokens": output,
    }


def _without(line: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in line.items() if name not in names}


def _with_message(line: dict[str, object], **more: object) -> dict[str, object]:
    return line | {"message": {**line["message"], **more}}  # type: ignore[dict-item]


GOOD = _line(0, _tokens())
_RESULT = {"type": "result", "session_id": "s", "uuid": "r", "usage": _tokens(10, 20, 30, 40), "duration_ms": 1500}

DIFFERENCES = {
    "an answer grows while it streams": Case(
        "the largest output is the answer; ccusage keeps the first line",
        text(_line(1, _tokens(output=1)), _line(1, _tokens(output=90)), _line(1, _tokens(output=7))),
        (1, 2, 3, 90),
    ),
    "an answer without request id is repeated": Case(
        "one answer is billed once; ccusage counts each line",
        text(*(_without(_line(2, _tokens(), uuid=f"u{block}"), "requestId") for block in range(3))),
        (1, 2, 3, 4),
    ),
    "a line without any id is repeated": Case(
        "the same line is the same answer; ccusage counts each",
        text(*[_with_message(_without(_line(3, _tokens()), "requestId", "uuid"), id=None)] * 2).replace(
            '"id": null, ', ""
        ),
        (1, 2, 3, 4),
    ),
    "a count is null": Case(
        "no tokens of that class; ccusage leaves the line out",
        text(GOOD, _line(4, _tokens(written=None, read=None))),
        (2, 2, 3, 8),
    ),
    "cache writes are told in parts only": Case(
        "the parts are the sum; ccusage counts none",
        text(
            _line(
                5,
                _without(_tokens(), "cache_creation_input_tokens")
                | {"cache_creation": {"ephemeral_5m_input_tokens": 5, "ephemeral_1h_input_tokens": 6}},
            )
        ),
        (1, 11, 3, 4),
    ),
    "a count is negative": Case(
        "the line is left out; ccusage takes the tokens off",
        text(GOOD, _line(6, _tokens(output=-500))),
        (1, 2, 3, 4),
        1,
    ),
    "a count is huge": Case(
        "the line is left out; ccusage adds it", text(GOOD, _line(7, _tokens(fresh=10**15))), (1, 2, 3, 4), 1
    ),
    "a count is no whole number": Case(
        "the line is left out; ccusage adds it", text(GOOD, _line(8, _tokens(fresh=1.5))), (1, 2, 3, 4), 1
    ),
    "a count is missing": Case(
        "left out by both, and ADW says so", text(GOOD, _line(9, {"input_tokens": 5})), (1, 2, 3, 4), 1
    ),
    "a time has a zone or microseconds": Case(
        "a time is a time; ccusage leaves the lines out",
        text(
            _line(10, _tokens(), timestamp="2026-10-01T10:00:00.000+02:00"),
            _line(11, _tokens(), timestamp="2026-10-01T08:00:00.123456Z"),
        ),
        (2, 4, 6, 8),
    ),
    "a time is missing": Case(
        "left out by both, and ADW says so", text(GOOD, _without(_line(12, _tokens()), "timestamp")), (1, 2, 3, 4), 1
    ),
    "what was said is plain text": Case(
        "it bills all the same; ccusage leaves the line out",
        text(_with_message(_line(13, _tokens()), content="hello")),
        (1, 2, 3, 4),
    ),
    "Claude Code's own words have tokens": Case(
        "no model was asked; ccusage adds them to totals, not to a model",
        text(GOOD, _with_message(_line(14, _tokens()), model="<synthetic>")),
        (1, 2, 3, 4),
    ),
    "stream-json with a result": Case(
        "the result's sums hold; ccusage reads neither",
        text(
            {"type": "system", "subtype": "init", "session_id": "s", "model": MODELS[0]},
            _without(_line(15, _tokens(output=1), session_id="s"), "timestamp", "sessionId", "requestId"),
            _RESULT,
        ),
        (10, 20, 30, 40),
    ),
}
