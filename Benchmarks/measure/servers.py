"""A run and its servers: Postgres and ours. All on loopback or a Unix socket, all in one temporary folder, all stopped
with it."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import tempfile
import time
from pathlib import Path

from . import machine, overheard
from .machine import LOAD_CORE, BenchError, running

READY_SECONDS = 20
POLL_SECONDS = 0.001
CONNECTION_LIMIT = 60_000       # of one address: all the load comes from one
SILENCED = (["APP_ENV", "BASE_URL", "SMTP_URL", "TRUSTED_PROXIES", "METRICS_TOKEN", "AI_PROVIDER", "AI_MODEL", "AI_TIMEOUT_SECONDS"]
            + [f"{name}_{part}" for name in ("OPENAI", "OPENROUTER", "GROQ", "ANTHROPIC") for part in ("API_KEY", "BASE_URL")])


class Bench:
    """One run: where the products are, how long it may take, and the temporary folder."""

    def __init__(self, root, products, quick, seconds, stack):
        self.root, self.products, self.quick, self.stack = Path(root), Path(products), quick, stack
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="frontdesk-bench-")))
        self.folder.chmod(0o755)
        self.rounds = 3 if quick else 5
        self.deadline, self.cut_short = time.monotonic() + seconds, False
        self.end = self.share = self.deadline
        self._cluster = None
        self._logs = 0

    def product(self, name):
        path = self.products / name
        if not path.exists():
            raise BenchError(f"{name} isn't built ({path})")
        return path

    def log(self, name):
        self._logs += 1
        return self.folder / f"{self._logs:03}-{name}.log"

    def begin(self, share):
        """The next group. It has this share of the time that is left; what it doesn't need, the others have."""
        now = time.monotonic()
        self.end = self.share = now + (self.deadline - now) * share

    def begin_part(self, share):
        """The next part of a group, with this share of what the group has left."""
        now = time.monotonic()
        self.share = now + (self.end - now) * share

    def time_is_up(self):
        """Whether this group, or its part, should do no more than it must; then some of it will be missing."""
        is_up = time.monotonic() > self.share
        self.cut_short |= is_up
        return is_up

    def is_over(self):
        return time.monotonic() > self.deadline

    @property
    def cluster(self):
        if self._cluster is None:
            self._cluster = self.stack.enter_context(Cluster.running(self))
        return self._cluster


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path, headers=None):
    """Status and body of a GET."""
    return call("GET", port, path, None, headers or {})


def post(port, path, body, headers):
    """Status and body of a POST of JSON."""
    return call("POST", port, path, body, headers | {"Content-Type": "application/json"})


def call(method, port, path, body, headers):
    """Status and body."""
    status, _, body = exchange(method, port, path, body, headers)
    return status, body


def exchange(method, port, path, body, headers):
    """Status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.getheaders(), response.read()
    except http.client.HTTPException as error:
        raise BenchError(f"{method} {path}: {type(error).__name__}") from error
    finally:
        connection.close()


def wait_for(server, port, path="/", name="server", seconds=READY_SECONDS):
    """Returns at the first 200 and says when that was (monotonic seconds)."""
    deadline = time.monotonic() + seconds
    answer = "no connection"
    while time.monotonic() < deadline:
        try:
            status, _ = get(port, path)
            if status == 200:
                return time.monotonic()
            answer = f"status {status}"
        except (OSError, BenchError) as error:
            answer = str(error)
        server.check(name)
        time.sleep(POLL_SECONDS)
    raise BenchError(f"{name} didn't answer {path} with 200 within {seconds} s ({answer}): {server.last_words()}")


# Postgres

def postgres_programs():
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    for folder in folders:
        if (folder / "pgbench").exists() and (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if not found:
        raise BenchError("Postgres' programs aren't installed (bin/setup --bench installs them)")
    return Path(found).parent


class Cluster:
    """A private Postgres on a Unix socket, run by `postgres` when we are root."""

    def __init__(self, bench):
        self.bench, self.programs = bench, postgres_programs()
        self.folder = bench.folder / "postgres"
        self.folder.mkdir(mode=0o755)
        self.user = {}
        if os.geteuid() == 0:
            self.user = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(self.folder, "postgres", "postgres")
        self.environment = {**os.environ, "HOME": str(self.folder), "PGHOST": str(self.folder), "PGUSER": "postgres",
                            "LC_ALL": "C.UTF-8"}

    @classmethod
    @contextlib.contextmanager
    def running(cls, bench):
        cluster = cls(bench)
        data = cluster.folder / "data"
        cluster.run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-instructions")
        command = [cluster.programs / "postgres", "-D", data, "-k", cluster.folder, "-c", "listen_addresses=",
                   "-c", "max_connections=300", "-c", "shared_buffers=256MB",
                   "-c", f"log_line_prefix={overheard.LOG_PREFIX}"]
        with running(command, bench.log("postgres"), LOAD_CORE, signal.SIGINT, cwd=cluster.folder,
                     env=cluster.environment, **cluster.user) as cluster.process:
            cluster.wait()
            yield cluster

    def wait(self):
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                return self.run("psql", "-Atc", "select 1", "postgres")
            except BenchError:
                self.process.check("postgres")
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def run(self, program, *arguments, seconds=60):
        return machine.output_of([self.programs / program, *arguments], seconds, env=self.environment, cwd=self.folder,
                                 **self.user)

    def ask(self, database, sql):
        return self.run("psql", "-Atc", sql, database).strip()

    def carry_out(self, database, sql):
        """Statements too long for a command line."""
        script = self.folder / "statements.sql"
        script.write_text(sql)
        script.chmod(0o644)
        self.run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", script, database)

    def make(self, database):
        self.ask("postgres", f'drop database if exists "{database}"')
        self.ask("postgres", f'create database "{database}"')
        return self.url(database)

    def url(self, database):
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def pin(self, core):
        machine.pin(self.process.pid, core)


# Ours

class App:
    """`App serve` on the server core, against the run's Postgres and, if there is one, the model on `model_port`."""

    def __init__(self, bench, database_url, model_port=None):
        self.bench, self.port = bench, free_port()
        self.data = Path(tempfile.mkdtemp(dir=bench.folder, prefix="data-"))
        # Empty overrides what a developer's `.env` may say: no real provider or mail server is ever called.
        self.environment = os.environ | dict.fromkeys(SILENCED, "") | {
            "HOST": "127.0.0.1", "PORT": str(self.port), "DATABASE_URL": database_url, "DATA_DIR": str(self.data),
            "DEMO_LIMITS": "off", "VISITOR_LIMITS": "off", "MAX_CONNECTIONS": str(CONNECTION_LIMIT),
            "MAX_CONNECTIONS_PER_ADDRESS": str(CONNECTION_LIMIT)}
        if model_port:
            self.environment |= {"OPENAI_BASE_URL": f"http://127.0.0.1:{model_port}/v1", "OPENAI_API_KEY": "test",
                                 "AI_PROVIDER": "openai", "AI_MODEL": "test"}

    @contextlib.contextmanager
    def running(self, path="/healthz"):
        """Yields the process once `path` is answered; `first_answer_seconds` then holds how long that took."""
        command = [self.bench.product("App"), "serve"]
        started = time.monotonic()
        with running(command, self.bench.log("app"), cwd=self.bench.root, env=self.environment) as process:
            self.first_answer_seconds = wait_for(process, self.port, path, "App") - started
            yield process

    def demo_key(self):
        status, page = get(self.port, "/")
        found = re.search(rb'data-demo-key="([^"]+)"', page)
        if status != 200 or not found:
            raise BenchError(f"the landing page (status {status}) carries no data-demo-key")
        return found.group(1).decode()

    def ask(self, question):
        """The JSON answer to a question."""
        status, body = post(self.port, "/api/v1/ask", json.dumps({"question": question}), {"Authorization": f"Bearer {self.demo_key()}"})
        if status != 200:
            raise BenchError(f"POST /api/v1/ask answered {status}: {body[:200]!r}")
        return json.loads(body)
