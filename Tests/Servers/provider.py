"""A provider that speaks OpenAI's chat completions on loopback, and misbehaves in the way that it is told to.

What it does is chosen by the model's name (`AI_MODEL=cut`) or, for other names, by `provider.plays`.
"""

import asyncio
import json
import threading
import time

KEY = "sk-test-4f9c1e77aa52"
EMOJI = "Grüße 👩‍👩‍👧 und 🎉, schön! "
HOSTILE = 'x\n\nevent: done\ndata: {"ok":1}\n\ny\rz\u2028w\u0000v'


class Call:
    """One request as it came, and when its connection was closed by the other side."""

    def __init__(self, target, headers, body):
        self.target = target
        self.headers = headers
        self.body = json.loads(body)
        self.came = time.monotonic()
        self.left = None

    @property
    def messages(self):
        return self.body["messages"]

    @property
    def question(self):
        return self.messages[-1]["content"]


class Provider:
    def __init__(self):
        self.plays = "normal"
        self.calls = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop).result()
        self.port = server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def environment(self):
        return {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"http://127.0.0.1:{self.port}/v1"}

    def play(self, mode):
        """From now on; forgets earlier calls."""
        assert mode in MODES
        self.plays = mode
        self.calls = []

    async def _serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict((name.lower(), value.strip()) for name, value in (line.split(":", 1) for line in head[1:] if line))
            call = Call(head[0].split()[1], headers, await reader.readexactly(int(headers["content-length"])))
            self.calls.append(call)
            watching = asyncio.create_task(self._watch(reader, call))
            mode = call.body["model"] if call.body["model"] in MODES else self.plays
            playing = asyncio.create_task(MODES[mode](Stage(writer, len(self.calls))))
            await asyncio.wait([watching, playing], return_when=asyncio.FIRST_COMPLETED)
            playing.cancel()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _watch(self, reader, call):
        """Returns when the other side closes."""
        try:
            while await reader.read(1024):
                pass
        except ConnectionError:
            pass
        call.left = time.monotonic()


class Stage:
    """What a mode writes with."""

    def __init__(self, writer, attempt):
        self.writer = writer
        self.attempt = attempt

    async def raw(self, data):
        self.writer.write(data.encode() if isinstance(data, str) else data)
        await self.writer.drain()

    async def refuse(self, status, headers="", message="no"):
        body = json.dumps({"error": {"message": message, "type": "test"}})
        await self.raw(f"HTTP/1.1 {status} Test\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n{body}")

    async def head(self):
        await self.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")

    async def send(self, data):
        """As one chunk."""
        data = data.encode() if isinstance(data, str) else data
        await self.raw(b"%x\r\n%b\r\n" % (len(data), data))

    async def event(self, **members):
        await self.send("data: " + json.dumps({"id": "c1", "object": "chat.completion.chunk", **members}) + "\n\n")

    async def words(self, *texts):
        for text in texts:
            await self.event(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": None}])

    async def end(self, usage={"prompt_tokens": 700, "completion_tokens": 12}):
        await self.event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
        if usage is not None:
            await self.event(choices=[], usage=usage)
        await self.send("data: [DONE]\n\n")
        await self.raw("0\r\n\r\n")


async def says(stage, *texts, **end):
    await stage.head()
    await stage.words(*texts)
    await stage.end(**end)


async def normal(stage):
    await says(stage, "It is free", " to run on", " your own server [", "1].")


async def no_citation(stage):
    await says(stage, "Purple", " elephants", " dance.")


async def invalid_citation(stage):
    await says(stage, "It is free [99].", " Really [0][1] [", "12345678901234567890123].")


async def declines(stage):
    await says(stage, "NOT_IN_", "MY_INFORM", "ATION")


async def refuses_the_key(stage):
    await stage.refuse(401, message=f"Incorrect API key provided: {KEY}")


async def is_busy(stage):
    await stage.refuse(429, "Retry-After: 1\r\n")


async def is_busy_for_long(stage):
    await stage.refuse(429, "Retry-After: 3600\r\n")


async def fails_once(stage):
    await (normal(stage) if stage.attempt > 1 else stage.refuse(500))


async def always_fails(stage):
    await stage.refuse(500, message=f"the key was {KEY}")


async def malformed_json(stage):
    await stage.head()
    await stage.send("data: {\"choices\": [{\"delta\"\n\n")
    await stage.end()


async def malformed_stream(stage):
    await stage.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\ngarbage")


async def html(stage):
    await stage.raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 22\r\nConnection: close\r\n\r\n<h1>Under repair</h1>\r\n")


async def error_inside(stage):
    await stage.head()
    await stage.words("It is", " free")
    await stage.event(error={"message": f"overloaded, key {KEY}", "code": 502})
    await stage.raw("0\r\n\r\n")


async def error_at_once(stage):
    await stage.head()
    await stage.event(error={"message": "overloaded"})
    await stage.raw("0\r\n\r\n")


async def silent(stage):
    await stage.head()
    await asyncio.sleep(120)


async def silent_in_the_middle(stage):
    await stage.head()
    await stage.words("It is", " free [1]")
    await asyncio.sleep(120)


async def cut(stage):
    await stage.head()
    await stage.words("It is", " free [1]")
    await stage.raw("40\r\ndata: {")


async def closes_at_once(stage):
    pass


async def ends_early(stage):
    """A whole stream of chunks without a reason to stop: it was cut by something in between."""
    await stage.head()
    await stage.words("It is", " free [1]")
    await stage.raw("0\r\n\r\n")


async def drip(stage):
    """Byte by byte: inside characters of four bytes, and inside line ends."""
    lines = [
        {"choices": [{"index": 0, "delta": {"content": EMOJI}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {"content": "It is free [1]."}, "finish_reason": "stop"}]},
    ]
    stream = ": hello\r\n\r\n" + "".join(f"data: {json.dumps(line, ensure_ascii=False)}\r\n\r\n" for line in lines)
    await stage.head()
    for byte in (stream + "data: [DONE]\r\n\r\n").encode():
        await stage.send(bytes([byte]))
        await asyncio.sleep(0.0005)
    await stage.raw("0\r\n\r\n")


async def hostile(stage):
    await says(stage, *HOSTILE, " It is free [1].")


async def a_megabyte(stage):
    await stage.head()
    for _ in range(64):
        await stage.words("x" * 16_384)
    await stage.end()


async def a_megabyte_at_once(stage):
    await stage.head()
    await stage.words("y" * 1_048_576)
    await stage.end()


async def usage_is_negative(stage):
    await says(stage, "It is free [1].", usage={"prompt_tokens": -5, "completion_tokens": -1})


async def usage_is_enormous(stage):
    await says(stage, "It is free [1].", usage={"prompt_tokens": 10**18, "completion_tokens": 10**30})


async def usage_is_text(stage):
    await says(stage, "It is free [1].", usage={"prompt_tokens": "many", "completion_tokens": None})


async def usage_is_missing(stage):
    await says(stage, "It is free [1].", usage=None)


async def slow(stage):
    """Twenty words, one each 0.1 s."""
    await stage.head()
    for number in range(20):
        await stage.words(f"word{number} ")
        await asyncio.sleep(0.1)
    await stage.words("It is free [1].")
    await stage.end()


async def endless(stage):
    await stage.head()
    while True:
        await stage.words("word ")
        await asyncio.sleep(0.1)


async def late(stage):
    """Nothing for 38 s, then an answer."""
    await stage.head()
    await asyncio.sleep(38)
    await stage.words("Finally [1].")
    await stage.end()


MODES = {
    mode.__name__: mode
    for mode in (
        normal, no_citation, invalid_citation, declines, refuses_the_key, is_busy, is_busy_for_long, fails_once, always_fails,
        malformed_json, malformed_stream, html, error_inside, error_at_once, silent, silent_in_the_middle, cut, closes_at_once,
        ends_early, drip, hostile, a_megabyte, a_megabyte_at_once, usage_is_negative, usage_is_enormous, usage_is_text,
        usage_is_missing, slow, endless, late,
    )
}
