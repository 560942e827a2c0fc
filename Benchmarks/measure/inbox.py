"""The inbox: event streams of people who look at theirs and to whom nothing happens; what one holds in memory, and how long
a change in a conversation takes to reach them all."""

import contextlib
import select
import socket
import time

from . import machine
from .dashboard import TOKEN, plant
from .machine import BenchError, cpu_seconds, memory_bytes
from .servers import App
from .table import Row, Target

TITLE = "Idle streams of the inbox"
STREAMS = 10_000
WARM_STREAMS = 50
OPENED_AT_ONCE = 200            # so that none waits in the kernel's queue
MEMORY_LIMIT_KIB = 12
CHANGES = 5
DEADLINE_SECONDS = 30
SETTLE_SECONDS = 1
READ_BYTES = 65_536
CHANGED = b"event: changed"
REQUEST = "GET /inbox/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nCookie: session={token}\r\n\r\n"


def rows(bench, progress):
    count = min(STREAMS, machine.raise_open_files() - 200)
    app = App(bench, bench.cluster.make("inbox"))
    with app.running("/readyz") as process, contextlib.ExitStack() as stack:
        plant(bench.cluster, "inbox")
        stack.enter_context(Readers(app.port, WARM_STREAMS))
        resting = memory_bytes(process.pid)
        progress(f"{count} streams")
        readers = stack.enter_context(Readers(app.port, count))
        time.sleep(SETTLE_SECONDS)
        memory = (memory_bytes(process.pid) - resting) / count / 1024
        progress("changes")
        change(bench)
        readers.wait_for_change()                               # warm
        seconds, cpu = [], []
        for _ in range(CHANGES):
            before, started = cpu_seconds(process.pid), time.monotonic()
            change(bench)
            seconds.append(readers.wait_for_change() - started)
            cpu.append((cpu_seconds(process.pid) - before) / count * 1e6)
    note = "" if count == STREAMS else f"only {count} streams: the limit of open files"
    return [
        Row(f"{count:,} streams: memory each, KiB", [memory], target=Target(at_most=MEMORY_LIMIT_KIB, of="ours"), note=note),
        Row("a change reaches the last of them, ms", [1000 * each for each in seconds]),
        Row("CPU-µs for each of them", cpu),
    ]


def change(bench):
    """As each message does: the conversation's row is touched, and the database tells every process."""
    bench.cluster.ask("inbox", """
        update conversations set last_message_at = now()
        where id = (select id from conversations where account_id = (select account_id from sessions limit 1) order by id limit 1)""")


class Readers:
    """Many connections, each with one stream; one thread reads them all."""

    def __init__(self, port, count):
        self.address, self.count = ("127.0.0.1", port), count
        self.poll, self.connections = select.epoll(), {}

    def __enter__(self):
        while len(self.connections) < self.count:
            batch = [self.open() for _ in range(min(OPENED_AT_ONCE, self.count - len(self.connections)))]
            self.read_until(b"\n\n", set(batch))
        return self

    def __exit__(self, *_):
        for connection in self.connections.values():
            connection.close()
        self.poll.close()

    def open(self):
        connection = socket.create_connection(self.address, DEADLINE_SECONDS)
        connection.sendall(REQUEST.format(token=TOKEN).encode())
        connection.setblocking(False)
        self.connections[connection.fileno()] = connection
        self.poll.register(connection.fileno(), select.EPOLLIN)
        return connection.fileno()

    def wait_for_change(self):
        """When the last of them had it (monotonic seconds)."""
        return self.read_until(CHANGED, set(self.connections))

    def read_until(self, words, waiting):
        end = time.monotonic() + DEADLINE_SECONDS
        while waiting:
            if time.monotonic() > end:
                raise BenchError(f"{len(waiting)} of {len(self.connections)} streams have heard nothing")
            for number, _ in self.poll.poll(1):
                heard = self.connections[number].recv(READ_BYTES)
                if not heard or heard.startswith(b"HTTP/1.1 ") and not heard.startswith(b"HTTP/1.1 200"):
                    raise BenchError(f"a stream ended: {heard[:80]!r}")
                if words in heard:
                    waiting.discard(number)
        return time.monotonic()
