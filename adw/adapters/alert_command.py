"""The user's own command that is told of alerts."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from adw.domain.codec import dump
from adw.domain.quota import Alert

TIME_LIMIT_S = 10.0


class AlertCommand:
    """Runs `command` for each alert, with the alert as one JSON object on its standard input.

    `environment` has to be free of secrets already. The command has a process group of its own, which is ended with
    it when the time is over: nothing of it keeps the run waiting for longer.
    """

    def __init__(
        self,
        command: tuple[str, ...],
        *,
        folder: Path,
        environment: Mapping[str, str],
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self._command = command
        self._folder = folder
        self._environment = environment
        self._time_limit_s = time_limit_s

    def sound(self, alert: Alert) -> str:
        """See the port."""
        try:
            child = subprocess.Popen(  # noqa: S603 - the command is the user's own configuration
                self._command,
                cwd=self._folder,
                env=dict(self._environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return f"quota.on_alert: {self._command[0]} cannot be started: {error}"
        with child:
            try:
                child.communicate(json.dumps(dump(alert)).encode(), timeout=self._time_limit_s)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                return f"quota.on_alert: {self._command[0]} was ended after {self._time_limit_s:g} s"
        code = child.returncode
        return f"quota.on_alert: {self._command[0]} ended with exit code {code}" if code else ""
