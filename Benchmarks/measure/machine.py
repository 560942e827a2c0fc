"""The machine: which core does what, what a process has used, and processes that never outlive the run."""

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = CORES[0]          # what is measured
LOAD_CORE = CORES[-1]           # what measures it, the model, and Postgres where it isn't measured itself
OPEN_FILES = 65_536
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
STOP_SECONDS = 5

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class BenchError(Exception):
    """A measurement that can't be believed: shown as an error, never as a number."""


@dataclass
class Running:
    """A process that was started, where its output goes, and how it is stopped."""
    process: subprocess.Popen
    log: Path
    stop_signal: int = signal.SIGTERM

    @property
    def pid(self):
        return self.process.pid

    def check(self, name):
        if self.process.poll() is not None:
            raise BenchError(f"{name} ended with {self.process.returncode}: {self.last_words()}")

    def last_words(self):
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return " / ".join(lines[-3:])[-400:] or "it said nothing"

    def stop(self):
        for wanted, seconds in ((self.stop_signal, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, wanted)
            try:
                self.process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                continue
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)     # whatever it left behind in its group


def raise_open_files():
    """As many open files as the machine lets us have; what is started inherits it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (OPEN_FILES, hard):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, max(limit, hard)))
            return limit
    return hard


def _in_child(core):
    def prepare():
        os.sched_setaffinity(0, {core})
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return prepare


@contextlib.contextmanager
def running(command, log, core=SERVER_CORE, stop_signal=signal.SIGTERM, **options):
    """Starts `command` on `core` in a process group of its own, and stops all of it at the end."""
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=_in_child(core), **options)
    started = Running(process, Path(log), stop_signal)
    try:
        yield started
    finally:
        started.stop()


def output_of(command, seconds, core=LOAD_CORE, **options):
    """What `command` prints, run to its end on `core`; anything but success within the time is an error."""
    command = [str(part) for part in command]
    name = Path(command[0]).name
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=_in_child(core), **options)
    try:
        output, trouble = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise BenchError(f"{name} took more than {seconds} s") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode != 0:
        raise BenchError(f"{name} ended with {process.returncode}: {(trouble or output).strip()[-400:]}")
    return output


def family(pid):
    """The process and all that it has started."""
    members = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                members += family(int(child))
    return members


def cpu_seconds(pid):
    """User and system time of the process and the children that it has now, all threads, past ones included."""
    total = 0
    for member in family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])      # utime, stime
    return total / TICKS_A_SECOND


def memory_bytes(pid, field="VmRSS"):
    """Resident memory of the process and its children; `VmHWM` is the most since `forget_peak`."""
    total = 0
    for member in family(pid):
        for line in Path(f"/proc/{member}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                total += int(line.split()[1]) * 1024
    return total


def forget_peak(pid):
    for member in family(pid):
        Path(f"/proc/{member}/clear_refs").write_text("5")


def pin(pid, core):
    for member in family(pid):
        with contextlib.suppress(FileNotFoundError):      # a backend that has just ended
            for task in Path(f"/proc/{member}/task").iterdir():
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(int(task.name), {core})


def stolen_share():
    """Seconds of CPU that the host took from this machine, and seconds of all, since boot."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    return fields[7] / TICKS_A_SECOND, sum(fields) / TICKS_A_SECOND


def description():
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown")
    memory = PAGE_BYTES * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{len(CORES)} × {model}, {memory:.0f} GiB, Linux {os.uname().release}"


def yardstick():
    """Milliseconds that a fixed piece of work takes: how steady the machine itself is."""
    started = time.perf_counter()
    total = 0
    for number in range(400_000):
        total += number & 7
    return (time.perf_counter() - started) * 1000
