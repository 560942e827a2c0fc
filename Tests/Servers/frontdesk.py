"""Starts Frontdesk as a process of its own, as an operator would, and ends it."""

import atexit
import glob
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from Servers.wire import ask_once, eventually

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("FRONTDESK_APP", str(ROOT / ".build/debug/App"))
READY_SECONDS = 60
END_SECONDS = 20

# Set and empty, so that neither this machine's environment nor a .env file chooses a provider.
PROVIDER_VARIABLES = [
    f"{name}_{part}" for name in ("OPENAI", "OPENROUTER", "GROQ", "ANTHROPIC") for part in ("API_KEY", "BASE_URL")
] + ["AI_PROVIDER", "AI_MODEL", "AI_TIMEOUT_SECONDS"]


class DataDirectory:
    """A folder for a private Postgres, which all processes that get it share."""

    _socket_directory = None

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix="frontdesk-test-"))
        self.path.chmod(0o755)
        self.processes = []

    @property
    def _postmaster_file(self):
        return (self.path / "postgres/data/postmaster.pid").read_text().splitlines()

    @property
    def socket_directory(self):
        """Where the server listens, or listened before it was stopped."""
        try:
            self._socket_directory = self._postmaster_file[4]
        except (FileNotFoundError, IndexError):
            pass
        return self._socket_directory

    @property
    def postmaster(self):
        return int(self._postmaster_file[0])

    def runs_anew(self, before):
        """Whether another server than that of this number is there: the killed one's children may answer for a moment."""
        try:
            return self.postmaster != before
        except (FileNotFoundError, IndexError, ValueError):
            return False

    def sql(self, statement):
        """The rows, as lists of text."""
        arguments = ["psql", f"host={self.socket_directory} user=frontdesk dbname=postgres", "-XqAt", "-F", "\x1f", "-c", statement]
        output = subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=True).stdout
        return [line.split("\x1f") for line in output.splitlines()]

    def sweep(self, *names):
        """Has done now what recurs by these names."""
        for name in names:
            job = self.sql(f"with made as (insert into jobs (kind) values ('{name}') returning id) select id, pg_notify('jobs', '') from made")[0][0]
            eventually(lambda: self.sql(f"select id from jobs where id = {job}") == [], 60)

    def database_processes(self):
        """The server's first process and its children, all started by our app."""
        children = subprocess.run(["pgrep", "-P", str(self.postmaster)], capture_output=True, text=True).stdout.split()
        return [self.postmaster] + [int(pid) for pid in children]

    def control_database(self, *command):
        sockets = self.socket_directory
        if "start" in command:
            command = ("-o", f"-c listen_addresses= -c unix_socket_directories={sockets}", *command)
        program = max(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"))
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        arguments = [program, "-D", str(self.path / "postgres/data"), "-w", *command]
        subprocess.run(as_user + arguments, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=60)

    def remove(self):
        for process in self.processes:
            process.stop()
        home = os.path.realpath(self.path / "postgres")
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)


class CopiedDataDirectory(DataDirectory):
    """One whose database is as before the first request: it takes seconds to make, and hardly any time to copy. Nothing of it is
    written through to the disk, which only a machine that stops would show."""

    # Names the original's folder in the environment, for all processes of a run.
    ORIGINAL = "FRONTDESK_TEST_ORIGINAL"

    def __init__(self):
        super().__init__()
        subprocess.run(["cp", "-a", f"{os.environ[self.ORIGINAL]}/postgres", self.path], check=True)

    @classmethod
    def make_original(cls):
        """Before the first copy, by the process that starts all others: when it ends, the original goes."""
        made = DataDirectory()
        atexit.register(made.remove)
        os.environ[cls.ORIGINAL] = str(made.path)
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(made.path)}
        subprocess.run([PROGRAM, "migrate"], cwd=ROOT, env=environment, check=True, capture_output=True, timeout=READY_SECONDS)
        with (made.path / "postgres/data/postgresql.conf").open("a") as settings:
            settings.writelines(f"{name} = off\n" for name in ("fsync", "full_page_writes"))


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def run(*arguments, starter=(), words=ROOT / "Words", **environment):
    """A command from its beginning to its end, in a folder that has nothing but the languages, which is its data folder too."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-test-") as data:
        os.symlink(words, f"{data}/Words")
        clean = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "DATA_DIR": data} | environment
        return subprocess.run([*starter, PROGRAM, *arguments], cwd=data, env=clean, capture_output=True, text=True, timeout=60)


def members(pairs):
    assert len(dict(pairs)) == len(pairs), f"a member comes twice: {pairs}"
    return dict(pairs)


def routes():
    """Of each route its method, its path, and who may ask."""
    lines = subprocess.run([PROGRAM, "routes"], cwd=ROOT, capture_output=True, text=True, check=True, env={"PATH": "/usr/bin", "DATA_DIR": "/tmp"}).stdout
    return [tuple(line.split()) for line in lines.splitlines()]


def languages():
    """That the pages around a chat speak."""
    files = sorted((ROOT / "Words").glob("*.json"))
    return [file.stem for file in files if "plurals" in json.loads(file.read_text())]


class Process:
    """One running process of `App`."""

    root = ROOT
    command = "serve"
    # What starts it.
    starter = ()

    def __init__(self, data, **environment):
        self.data = data
        handle, self.log_path = tempfile.mkstemp(prefix="log-", suffix=".jsonl", dir=data.path)
        clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR") if name in os.environ}
        clean |= dict.fromkeys(PROVIDER_VARIABLES, "")
        clean |= {"HOST": "127.0.0.1", "PORT": "0", "DATA_DIR": str(data.path), "DEMO_LIMITS": "off"}
        clean |= {name: str(value) for name, value in environment.items()}
        # Behind an address of its own it doesn't say where it listens.
        self._own_port = clean["PORT"] = str(free_port()) if "BASE_URL" in environment else clean["PORT"]
        self.process = subprocess.Popen([*self.starter, PROGRAM, self.command], cwd=ROOT, env=clean, stdout=handle, stderr=handle, start_new_session=True)
        os.close(handle)
        data.processes.append(self)
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self):
        return self.process.pid

    def _wait_until_ready(self):
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.log}"
            if self._is_ready():
                return
            time.sleep(0.05)
        raise AssertionError(f"it isn't ready after {READY_SECONDS} s: {self.log}")

    @property
    def log(self):
        return Path(self.log_path).read_text(errors="surrogateescape")

    @property
    def lines(self):
        """The log's lines, parsed. A line that is being written isn't there yet."""
        return [json.loads(line, object_pairs_hook=members) for line in self.log.split("\n")[:-1] if line.startswith("{")]

    def logged(self, predicate, seconds=5):
        """The first line that fits; it may be written a moment after the answer."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = next((line for line in self.lines if predicate(line)), None)
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"no such line in the log: {self.log[-2000:]}")

    @property
    def resident_megabytes(self):
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * 4096 / 1024 / 1024

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Ends it as systemd would, and says how long that took."""
        if self.process.poll() is not None:
            return 0
        start = time.monotonic()
        self.signal(signal.SIGTERM)
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"it hasn't ended {END_SECONDS} s after SIGTERM: {self.log[-2000:]}")
        return time.monotonic() - start

    def kill(self):
        self.process.kill()
        self.process.wait()


class Frontdesk(Process):
    """Answers requests, and does jobs beside."""

    def _is_ready(self):
        address = next((line["address"] for line in self.lines if line.get("message") == "ready"), None)
        if not address:
            return False
        self.port = int(self._own_port) or int(address.rsplit(":", 1)[1])
        self.base_url = f"http://127.0.0.1:{self.port}"
        return ask_once(self.port, "GET", "/readyz").status == 200


class Worker(Process):
    """Only does jobs."""

    command = "work"

    def _is_ready(self):
        return any(line.get("message") == "working" for line in self.lines)


class Supervised(Frontdesk):
    """As bin/run and the image start it."""

    starter = (ROOT / "bin/supervise",)

    def __init__(self, data, **environment):
        # Started again, it has to be found where it was.
        super().__init__(data, PORT=free_port(), **environment)

    @property
    def server(self):
        """The process that answers; None while there is none."""
        children = subprocess.run(["pgrep", "-P", str(self.pid)], capture_output=True, text=True).stdout.split()
        return int(children[0]) if children else None
