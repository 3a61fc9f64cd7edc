"""The same measurements of two job queues for PostgreSQL: procrastinate and PgQueuer.

    queue-peers.py NAME PART DATABASE_URL [CONCURRENCY]

NAME is procrastinate or pgqueuer. PART is `install`; `submit`, one job at a time; `bulk`, 1,000 at a time; `fill`, jobs
for `work`; `work`, a worker process until nothing is left; or `pickup`, from submit to start. The last line printed is
a rate in jobs a second; for `fill`, how many they are; for `work`, when it began and when it ended; for `pickup`,
milliseconds: p50, p95, p99.
"""

import asyncio
import contextlib
import os
import sys
import time

JOBS = 8_000


class Procrastinate:
    def __init__(self, url):
        import procrastinate

        self.app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
        self.started = None
        self.task = self.app.task(name="nothing")(self.nothing)

    async def nothing(self):
        if self.started:
            self.started()

    @contextlib.asynccontextmanager
    async def opened(self):
        async with self.app.open_async():
            yield

    async def install(self):
        await self.app.schema_manager.apply_schema_async()

    async def submit(self):
        await self.task.defer_async()

    async def bulk(self, count):
        await self.task.batch_defer_async(*({} for _ in range(count)))

    async def work(self, concurrency, wait=False):
        await self.app.run_worker_async(
            concurrency=concurrency, wait=wait, install_signal_handlers=False, listen_notify=wait
        )


class PgQueuer:
    def __init__(self, url):
        self.url = url
        self.started = None

    @contextlib.asynccontextmanager
    async def opened(self):
        import asyncpg
        from pgqueuer import PgQueuer as Manager
        from pgqueuer.db import AsyncpgDriver
        from pgqueuer.queries import Queries

        connection = await asyncpg.connect(self.url)
        driver = AsyncpgDriver(connection)
        self.queries = Queries(driver)
        self.manager = Manager(driver)

        @self.manager.entrypoint("nothing")
        async def nothing(job):
            if self.started:
                self.started()

        try:
            yield
        finally:
            await connection.close()

    async def install(self):
        await self.queries.install()

    async def submit(self):
        await self.queries.enqueue("nothing", None)

    async def bulk(self, count):
        await self.queries.enqueue(["nothing"] * count, [None] * count, [0] * count)

    async def work(self, concurrency, wait=False):
        from pgqueuer.types import QueueExecutionMode

        await self.manager.run(
            batch_size=concurrency,
            mode=QueueExecutionMode.continuous if wait else QueueExecutionMode.drain,
        )


async def pickup(peer):
    starts = asyncio.Queue()
    peer.started = lambda: starts.put_nowait(time.perf_counter())
    worker = asyncio.create_task(peer.work(1, wait=True))
    await asyncio.sleep(2)
    waits = []
    for round in range(220):
        await asyncio.sleep(0.03 + (round % 4) * 0.01)
        submitted = time.perf_counter()
        await peer.submit()
        waits.append((await starts.get() - submitted) * 1_000)
    worker.cancel()
    waits = sorted(waits[20:])
    print(*(waits[int(len(waits) * share)] for share in (0.5, 0.95, 0.99)))


async def main(name, part, url, arguments):
    peer = {"procrastinate": Procrastinate, "pgqueuer": PgQueuer}[name](url)
    async with peer.opened():
        start = time.perf_counter()
        match part:
            case "install":
                await peer.install()
            case "submit":
                for _ in range(2_000):
                    await peer.submit()
                print(2_000 / (time.perf_counter() - start))
            case "bulk":
                for _ in range(20):
                    await peer.bulk(1_000)
                print(20_000 / (time.perf_counter() - start))
            case "fill":
                for _ in range(JOBS // 1_000):
                    await peer.bulk(1_000)
                print(JOBS)
            case "work":
                begin = time.time()
                await peer.work(int(arguments[0]))
                print(begin, time.time())
            case "pickup":
                await pickup(peer)
    # Worker tasks of the peers may linger; what was measured is printed.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4], sys.argv[4:]))
