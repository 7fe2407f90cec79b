"""A server on loopback that speaks the Messages API and says what a script tells it to.

    with MessagesApi([says("", call("read_files", paths=["a.py"])), says("done")]) as api:
        ...  # ANTHROPIC_BASE_URL=api.url, any key
    assert len(api.requests) == 2

From a shell: `python -m tests.servers.messages_api REPLIES.json` serves until it is ended; the file is a list of
objects with the fields of `Reply`, or of `Refused`.
"""

import json
import select
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.servers.billing import PromptCache
from tests.servers.loopback import Loopback
from tests.servers.replies import Refused, Reply, events, message
from tests.servers.rules import broken_rule

Answering = Reply | Refused
Script = Sequence[Answering] | Callable[[dict[str, Any], int], Answering]


@dataclass(frozen=True)
class Received:
    """A request as it came in; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class MessagesApi(Loopback):
    """The server. `requests` holds every request that came, retries too; `answered` counts the whole answers sent.

    `script` is a list of replies, or a function of the request's JSON and its number (from 0). `hanging` is set while
    a reply hangs, `hung_up` once a client has closed its connection on one; `release()` lets hanging replies go on.
    """

    def __init__(self, script: Script, *, cache: PromptCache | None = None, host: str = "127.0.0.1") -> None:
        self.requests: list[Received] = []
        self.answered = 0
        self.hanging = threading.Event()
        self.hung_up = threading.Event()
        self._released = threading.Event()
        self._script = script
        self._cache = cache or PromptCache()
        self._lock = threading.Lock()
        self._server = _Server(self, host)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        super().__exit__(kind, error, trace)

    def release(self) -> None:
        self._released.set()

    def take(self, received: Received) -> tuple[int, Answering]:
        """Keep a request; its number and what the script answers."""
        with self._lock:
            number = len(self.requests)
            self.requests.append(received)
            refused = broken_rule(received.body, received.headers)
            return number, refused or self._scripted(received.body, number)

    def _scripted(self, body: dict[str, Any], number: int) -> Answering:
        if callable(self._script):
            return self._script(body, number)
        if number < len(self._script):
            return self._script[number]
        return Refused(400, f"the script has {len(self._script)} replies, and request {number + 1} came")

    def whole(self, reply: Reply, body: dict[str, Any], number: int) -> dict[str, Any]:
        """The answer with its usage."""
        usage = reply.usage if reply.usage is not None else self._cache.bill(body, list(reply.content))
        return message(reply, body, number, usage)

    def count_answer(self) -> None:
        with self._lock:
            self.answered += 1

    def hang(self, connection: socket.socket) -> None:
        """Wait for the release, or for the client to go."""
        self.hanging.set()
        while not self._released.wait(0.01):
            readable, _, _ = select.select([connection], [], [], 0)
            if readable and not connection.recv(1, socket.MSG_PEEK):
                self.hung_up.set()
                raise ConnectionAbortedError


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, api: MessagesApi, host: str) -> None:
        self.api = api
        super().__init__((host, 0), _Conversation)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of the tests; anything else is a bug of this server and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.path.partition("?")[0] != "/v1/messages":
            self._send(404, Refused(404, f"no such path: {self.path}").text, {})
            return
        api = self.server.api
        number, reply = api.take(Received(self.path, headers, body))
        identity = {"request-id": f"req_{number:06d}"}
        if isinstance(reply, Refused):
            self._send(reply.status, reply.text, {**identity, **reply.headers})
            return
        whole = api.whole(reply, body, number)
        if not body.get("stream"):
            self._send(200, json.dumps(whole), {**identity, **reply.headers})
            api.count_answer()
            return
        if reply.then == "hang" and reply.after == 0:
            api.hang(self.connection)
        self._stream(reply, whole, {**identity, **reply.headers})

    def _stream(self, reply: Reply, whole: dict[str, Any], headers: dict[str, str]) -> None:
        self._head(200, {"content-type": "text/event-stream; charset=utf-8", "transfer-encoding": "chunked", **headers})
        for sent, event in enumerate(events(whole, reply.final_usage)):
            if sent == reply.after and self._happens(reply):
                break
            self._chunk(event["type"], event)
        else:
            self.server.api.count_answer()
        if not self.close_connection:
            self.wfile.write(b"0\r\n\r\n")

    def _happens(self, reply: Reply) -> bool:
        """What the reply has in store at this place; whether the stream is over then."""
        if reply.then == "hang":
            self.server.api.hang(self.connection)
            return False
        if reply.then == "error":
            self._chunk("error", {"type": "error", "error": reply.error})
        if reply.then == "break":
            self.close_connection = True
        return True

    def _chunk(self, name: str, event: dict[str, Any]) -> None:
        data = f"event: {name}\ndata: {json.dumps(event)}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _send(self, status: int, text: str, headers: dict[str, str]) -> None:
        data = text.encode()
        self._head(status, {"content-type": "application/json", "content-length": str(len(data)), **headers})
        self.wfile.write(data)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Says nothing: tests read what came from `requests`."""


def main(path: str) -> None:
    stored = json.loads(Path(path).read_text(encoding="utf-8"))
    script = [Refused(**reply) if "status" in reply else Reply(**reply) for reply in stored]
    with MessagesApi(script) as api:
        print(api.url, flush=True)  # noqa: T201 - what the caller waits for
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
