"""Git repositories over HTTP, as a forge serves them: git's own backend behind a login.

    with GitHttp(folder, login="x-access-token:secret") as server:
        ...  # git push {server.url}/stored.git

`refused` counts the requests that came without the login.
"""

import base64
import os
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.servers.loopback import Loopback


class GitHttp(Loopback):
    def __init__(self, folder: Path, login: str) -> None:
        self.refused = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _conversation(self, folder, login))
        self._server.daemon_threads = True


def _conversation(server: GitHttp, folder: Path, login: str) -> type[BaseHTTPRequestHandler]:
    wanted = f"Basic {base64.b64encode(login.encode()).decode()}"

    class Conversation(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            if self.headers.get("authorization") != wanted:
                server.refused += 1
                self._send(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
                return
            address = urlsplit(self.path)
            environment = {
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REMOTE_USER": "somebody",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": unquote(address.path),
                "QUERY_STRING": address.query,
                "CONTENT_TYPE": self.headers.get("content-type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", ""),
            }
            done = subprocess.run(["git", "http-backend"], env=environment, input=body, capture_output=True, check=True)
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self._send(int(headers.pop("Status", "200").split()[0]), headers, content)

        do_POST = do_GET  # noqa: N815 - the base class calls it so

        def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    return Conversation
