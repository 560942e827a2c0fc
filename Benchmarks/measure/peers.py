"""What ours is measured against, a bare Hummingbird and nginx, and the model that both relay."""

import contextlib
import shutil
import tempfile
import time
from pathlib import Path

from . import machine
from .machine import LOAD_CORE, BenchError, running
from .servers import wait_for

@contextlib.contextmanager
def bare_hello(bench, port):
    started = time.monotonic()
    with running([bench.product("BareHello"), port], bench.log("bare")) as process:
        process.first_answer_seconds = wait_for(process, port, "/", "BareHello") - started
        yield process


@contextlib.contextmanager
def upstream(bench, port, interval_ms=20):
    command = [bench.product("Upstream"), "--port", port, "--interval-ms", interval_ms]
    with running(command, bench.log("upstream"), LOAD_CORE) as process:
        wait_for(process, port, "/stats", "Upstream")
        yield process


NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log error;
events {{ worker_connections {connections}; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000; keepalive_timeout 75s;
  types {{ text/html html; }} default_type text/plain;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {upstream}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /hello {{ return 200 "hello"; }}
    location /files/ {{ alias {folder}/files/; }}
    {relay}
  }}
}}
"""


@contextlib.contextmanager
def nginx(bench, port, files=None, model_port=None):
    """nginx as one process: a constant answer at /hello, `files` (name → bytes) under /files/, and the model relayed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if not program:
        raise BenchError("nginx isn't installed (bin/setup --bench installs it)")
    folder = Path(tempfile.mkdtemp(dir=bench.folder, prefix="nginx-"))
    (folder / "files").mkdir()
    for name, content in (files or {}).items():
        (folder / "files" / name).write_bytes(content)
    limit = machine.raise_open_files()
    upstream = relay = ""
    if model_port:
        upstream = f"upstream model {{ server 127.0.0.1:{model_port}; keepalive 8192; keepalive_requests 100000000; }}"
        relay = ('location /v1/ { proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection ""; '
                 "proxy_buffering off; }")
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(
        folder=folder, port=port, connections=limit - 64, upstream=upstream, relay=relay))
    with running([program, "-c", config, "-e", folder / "error.log"], bench.log("nginx")) as process:
        wait_for(process, port, "/hello", "nginx")
        yield process
