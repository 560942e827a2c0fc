"""A haproxy in front of Frontdesk, which keeps connections open and lets all its clients share them."""

import subprocess
import tempfile
import time
from pathlib import Path

from Servers.frontdesk import free_port
from Servers.wire import ask_once

CONFIGURATION = """
global
    maxconn 200
defaults
    mode http
    option forwardfor
    http-reuse always
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend outside
    bind 127.0.0.1:{port}
    default_backend inside
backend inside
    server app 127.0.0.1:{app_port} maxconn {connections}
"""


class Haproxy:
    def __init__(self, app, connections):
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory(prefix="haproxy-test-")
        file = Path(self._folder.name) / "haproxy.cfg"
        file.write_text(CONFIGURATION.format(port=self.port, app_port=app.port, connections=connections))
        self._process = subprocess.Popen(["/usr/sbin/haproxy", "-db", "-f", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait_until_ready()

    def _wait_until_ready(self):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                if ask_once(self.port, "GET", "/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("haproxy doesn't answer")

    def close(self):
        self._process.terminate()
        self._process.wait(20)
        self._folder.cleanup()
