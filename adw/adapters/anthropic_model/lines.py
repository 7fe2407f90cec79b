"""Waiting that can be ended from outside: the network lines of a client, and a thread that waits on them."""

import socket
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

import httpx2

from adw.errors import Interrupted
from adw.ports import StopSignal

POLL_S = 0.1
"""How often the stop signal is looked at."""

T = TypeVar("T")


class Lines:
    """The open connections of an HTTP client, so that another thread can end what waits on them.

    `watch` is a request hook of the client: the transport's `trace` extension tells of each new connection.
    """

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []

    def watch(self, request: httpx2.Request) -> None:
        request.extensions["trace"] = self._trace

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            opened = info["return_value"].get_extra_info("socket")
            self._sockets = [*(sock for sock in self._sockets if sock.fileno() >= 0), opened]

    def cut(self) -> None:
        """End every connection: what reads from one returns at once, and the server sees it close."""
        for sock in self._sockets:
            with suppress(OSError):
                # The plain method: that of a TLS socket takes the session away from under the reading thread.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def interruptible(body: Callable[[], T], stop: StopSignal, give_up: Callable[[], None]) -> T:
    """What `body` returns or raises, run in a thread; Interrupted soon after `stop` is set, `give_up` called.

    The SDK waits in three places (for the first byte, between events, before a retry) and none of them can be ended
    from its own thread. The thread is a daemon: one that still waits does not keep the program from ending.
    """
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(body())
        except BaseException as error:  # noqa: BLE001 - carried to the caller's thread and raised there
            future.set_exception(error)

    worker = Thread(target=work, name="model call", daemon=True)
    worker.start()
    try:
        while worker.is_alive():
            if stop.is_set():
                raise Interrupted("stopped while the model was answering")
            worker.join(POLL_S)
    finally:
        if worker.is_alive():
            give_up()
    return future.result()
