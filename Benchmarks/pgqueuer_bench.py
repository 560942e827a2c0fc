"""Enqueues empty jobs in batches, then has pgqueuer do them all: the counterpart of JobsBench.

Over asyncpg and uvloop, and in its draining mode, as pgqueuer's own benchmark does it. Prints `enqueue_seconds` and `work_seconds`."""

import asyncio
import sys
import time

import asyncpg
import uvloop
from pgqueuer import PgQueuer, types
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

ENQUEUED_AT_ONCE = 1_000


async def connect(url):
    return AsyncpgDriver(await asyncpg.connect(url))


async def install(url):
    """Its tables, as durable as it makes them by itself: ours are, too."""
    await Queries(await connect(url)).install()


async def enqueue(queries, jobs):
    for start in range(0, jobs, ENQUEUED_AT_ONCE):
        count = min(ENQUEUED_AT_ONCE, jobs - start)
        await queries.enqueue(["empty"] * count, [b""] * count, [0] * count)


async def work(drivers, batch):
    done = 0
    workers = [PgQueuer(driver) for driver in drivers]
    for worker in workers:
        @worker.entrypoint("empty")
        async def empty(job):
            nonlocal done
            done += 1
    await asyncio.gather(*(worker.run(batch_size=batch, mode=types.QueueExecutionMode.drain) for worker in workers))
    return done


async def main(url, jobs, workers, batch):
    queries = Queries(await connect(url))
    await queries.clear_statistics_log()
    await queries.clear_queue()
    drivers = [await connect(url) for _ in range(workers)]
    started = time.perf_counter()
    await enqueue(queries, jobs)
    enqueued = time.perf_counter()
    done = await work(drivers, batch)
    ended = time.perf_counter()
    left = sum(row.count for row in await queries.queue_size())
    if done != jobs or left:
        sys.exit(f"{done} of {jobs} jobs were done, and {left} are left")
    print(f"enqueue_seconds {enqueued - started}\nwork_seconds {ended - enqueued}")


if __name__ == "__main__":
    if sys.argv[2:] == ["install"]:
        uvloop.run(install(sys.argv[1]))
    elif len(sys.argv) == 5:
        uvloop.run(main(sys.argv[1], *map(int, sys.argv[2:])))
    else:
        sys.exit("usage: pgqueuer_bench.py URL install | URL JOBS WORKERS BATCH")
