"""A machine that has a network namespace of its own, behind a router that can be made to drop everything in silence.

    with network() as net:
        ...  # a server listens at net.server; a process started with `*net.inside` reaches it
        net.cut()

Needs root and iproute2; where they are missing, `available()` is false.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    server: str
    """This machine's address, as the other one knows it."""
    addresses: str
    far: str
    router: str

    @property
    def inside(self) -> tuple[str, ...]:
        """Goes before a command that is to run on the other machine."""
        return ("ip", "netns", "exec", self.far)

    def cut(self) -> None:
        """From now on nothing arrives, and nobody is told."""
        self._forward("0")

    def heal(self) -> None:
        self._forward("1")

    def _forward(self, whether: str) -> None:
        _ip("netns", "exec", self.router, "sh", "-c", f"echo {whether} > /proc/sys/net/ipv4/ip_forward")


def available() -> bool:
    return os.geteuid() == 0 and shutil.which("ip") is not None


@contextmanager
def network(number: int = 77) -> Iterator[Network]:
    """Two links in 10.<number>.0.0/16: here to the router, and the router to the other machine."""
    near, far = f"10.{number}.1", f"10.{number}.2"
    net = Network(f"{near}.1", f"10.{number}.0.0/16", f"adw-far-{os.getpid()}", f"adw-router-{os.getpid()}")
    here = f"adw{os.getpid()}"
    for name in (net.far, net.router):
        _ip("netns", "add", name)
    try:
        _ip("link", "add", here, "type", "veth", "peer", "name", "near", "netns", net.router)
        _ip("-n", net.router, "link", "add", "far", "type", "veth", "peer", "name", "home", "netns", net.far)
        for place, link, address in (
            ((), here, f"{near}.1/24"),
            (("-n", net.router), "near", f"{near}.2/24"),
            (("-n", net.router), "far", f"{far}.2/24"),
            (("-n", net.far), "home", f"{far}.1/24"),
        ):
            _ip(*place, "address", "add", address, "dev", link)
            _ip(*place, "link", "set", link, "up")
        _ip("-n", net.far, "link", "set", "lo", "up")
        _ip("-n", net.far, "route", "add", "default", "via", f"{far}.2")
        _ip("route", "add", f"{far}.0/24", "via", f"{near}.2")
        net.heal()
        yield net
    finally:
        for name in (net.far, net.router):
            _ip("netns", "delete", name)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
