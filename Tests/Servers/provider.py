"""A provider on loopback that speaks OpenAI's chat completions and Anthropic's messages, and misbehaves as it is told to.

What it does is chosen by the model's name (`AI_MODEL=cut`) or, for other names, by `provider.plays`. Started as a program
it prints its port and ends with its standard input; `GET /calls?<prefix>` then tells what came to targets with this prefix.
"""

import asyncio
import json
import sys
import threading
import time

KEY = "sk-test-4f9c1e77aa52"
EMOJI = "Grüße 👩‍👩‍👧 und 🎉, schön! "
HOSTILE = 'x\n\nevent: done\ndata: {"ok":1}\n\ny\rz\u2028w\u0000v'
MODELS = ["test-model", "llama3:latest"]
SHORT_NAMES = ["llama3"]
USAGE = (700, 12)


class Call:
    """One request as it came, and when its connection was closed by the other side."""

    def __init__(self, method, target, headers, body, connection):
        self.method = method
        self.target = target
        self.headers = headers
        self.body = json.loads(body) if body else {}
        self.connection = connection
        self.came = time.monotonic()
        self.left = None

    @property
    def messages(self):
        return self.body["messages"]

    @property
    def system(self):
        """The rules, which Anthropic wants beside the messages."""
        return self.body["system"] if "system" in self.body else self.messages[0]["content"]

    @property
    def turns(self):
        return [message for message in self.messages if message["role"] != "system"]

    @property
    def question(self):
        return self.messages[-1]["content"]

    @property
    def json(self):
        return {name: getattr(self, name) for name in ("method", "target", "headers", "body", "connection")} | {"left": self.left is not None}


class Provider:
    def __init__(self):
        self.plays = "normal"
        self.calls = []
        self.connections = 0
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
    def environments(self):
        """By the protocol that it is spoken to in."""
        origin = f"http://127.0.0.1:{self.port}"
        return {
            "openai": {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{origin}/v1"},
            "anthropic": {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": origin},
        }

    @property
    def environment(self):
        return self.environments["openai"]

    def play(self, mode):
        """From now on; forgets earlier calls."""
        assert mode in MODES
        self.plays = mode
        self.calls = []

    async def _serve(self, reader, writer):
        self.connections += 1
        connection, mode = self.connections, "keeps_the_connection"
        try:
            while mode == "keeps_the_connection":
                call = await self._read(reader, connection)
                if call.method == "GET":
                    await self._show(call, writer)
                    break
                self.calls.append(call)
                mode = call.body["model"] if call.body["model"] in MODES else self.plays
                attempt = sum(call.target == other.target for other in self.calls)
                stage = (AnthropicStage if call.target.endswith("/messages") else Stage)(writer, attempt, call)
                await self._play(MODES[mode], stage, reader, call, mode == "keeps_the_connection")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _read(self, reader, connection):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict((name.lower(), value.strip()) for name, value in (line.split(":", 1) for line in head[1:] if line))
        method, target, _ = head[0].split()
        return Call(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))), connection)

    async def _play(self, mode, stage, reader, call, keeps):
        if keeps:
            return await mode(stage)
        watching = asyncio.create_task(self._watch(reader, call))
        playing = asyncio.create_task(mode(stage))
        await asyncio.wait([watching, playing], return_when=asyncio.FIRST_COMPLETED)
        playing.cancel()

    async def _watch(self, reader, call):
        """Returns when the other side closes."""
        try:
            while await reader.read(1024):
                pass
        except ConnectionError:
            pass
        call.left = time.monotonic()

    async def _show(self, call, writer):
        """What is asked for before the first question: which models there are, and whether the key is good."""
        stage = Stage(writer, 1, call)
        path, _, query = call.target.partition("?")
        if path == "/calls":
            return await stage.json([other.json for other in self.calls if other.target.startswith(query)])
        self.calls.append(call)
        mode = next((part for part in path.split("/") if part in MODES), None)
        if mode:
            return await MODES[mode](stage)
        if KEY not in (call.headers.get("x-api-key"), call.headers.get("authorization", "").removeprefix("Bearer ")):
            return await refuses_the_key(stage)
        if path.endswith("/models"):
            return await stage.json({"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]})
        if path.endswith("/key") or path.rpartition("/models/")[2] in MODELS + SHORT_NAMES:
            return await stage.json({"id": "test"})
        await stage.refuse(404)


class Stage:
    """What a mode writes with, in OpenAI's protocol."""

    def __init__(self, writer, attempt, call):
        self.writer = writer
        self.attempt = attempt
        self.call = call

    async def raw(self, data):
        self.writer.write(data.encode() if isinstance(data, str) else data)
        await self.writer.drain()

    async def json(self, value, status=200, headers=""):
        body = json.dumps(value).encode()
        head = f"HTTP/1.1 {status} Test\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n"
        await self.raw(head.encode() + body)

    async def refuse(self, status, headers="", message="no"):
        await self.json({"error": {"message": message, "type": "test"}}, status, headers)

    async def head(self, connection="close"):
        await self.raw(f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: {connection}\r\n\r\n")

    async def send(self, data):
        """As one chunk."""
        data = data.encode() if isinstance(data, str) else data
        await self.raw(b"%x\r\n%b\r\n" % (len(data), data))

    async def event(self, **members):
        await self.send(self.line(members) + "\n\n")

    async def words(self, *texts):
        for text in texts:
            await self.event(**self.word(text))

    async def end(self, usage=USAGE, cut=None):
        for members in self.last(usage, self.cuts.get(cut)):
            await self.event(**members)
        await self.finish()

    # What differs between the protocols.

    cuts = {"length": "length", "filter": "content_filter"}

    def thought(self, text):
        """Beside the answer, as servers do that know what is thought."""
        return {"choices": [{"index": 0, "delta": {"reasoning_content": text, "reasoning": text, "content": None}, "finish_reason": None}]}

    def line(self, members):
        return "data: " + json.dumps({"id": "c1", "object": "chat.completion.chunk", **members}, ensure_ascii=False)

    def word(self, text):
        return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}

    def last(self, usage, cut=None):
        yield {"choices": [{"index": 0, "delta": {}, "finish_reason": cut or "stop"}]}
        if usage is not None:
            yield {"choices": [], "usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1]}}

    def whole(self, text):
        message = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return {"id": "c1", "object": "chat.completion", "choices": [message], "usage": {"prompt_tokens": USAGE[0], "completion_tokens": USAGE[1]}}

    def error(self, message):
        return {"error": {"message": message, "code": 502}}

    async def finish(self):
        await self.send("data: [DONE]\n\n")
        await self.raw("0\r\n\r\n")


class AnthropicStage(Stage):
    """The same in Anthropic's protocol."""

    async def refuse(self, status, headers="", message="no"):
        await self.json({"type": "error", "error": {"type": "test", "message": message}}, status, headers)

    async def head(self, connection="close"):
        await super().head(connection)
        input_tokens = {} if self.call.body["model"] == "usage_is_missing" else {"input_tokens": USAGE[0]}
        await self.event(type="message_start", message={"id": "m1", "role": "assistant", "content": [], "usage": input_tokens | {"output_tokens": 1}})
        await self.event(type="content_block_start", index=0, content_block={"type": "text", "text": ""})
        await self.event(type="ping")

    cuts = {"length": "max_tokens", "filter": "refusal"}

    def thought(self, text):
        return {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": text}}

    def line(self, members):
        return f"event: {members['type']}\ndata: " + json.dumps(members, ensure_ascii=False)

    def word(self, text):
        return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}

    def last(self, usage, cut=None):
        yield {"type": "content_block_stop", "index": 0}
        counted = {"input_tokens": usage[0], "output_tokens": usage[1]} if usage is not None else {}
        yield {"type": "message_delta", "delta": {"stop_reason": cut or "end_turn", "stop_sequence": None}, "usage": counted}

    def whole(self, text):
        usage = {"input_tokens": USAGE[0], "output_tokens": USAGE[1]}
        return {"id": "m1", "type": "message", "role": "assistant", "content": [{"type": "text", "text": text}], "usage": usage}

    def error(self, message):
        return {"type": "error", "error": {"type": "overloaded_error", "message": message}}

    async def finish(self):
        await self.event(type="message_stop")
        await self.raw("0\r\n\r\n")


async def says(stage, *texts, **end):
    await stage.head()
    await stage.words(*texts)
    await stage.end(**end)


async def normal(stage):
    await says(stage, "It is free", " to run on", " your own server [", "1].")


async def costs_most(stage):
    """A token for each byte, and as long an answer as may be; slow enough that many are asked at once."""
    await stage.head()
    await asyncio.sleep(0.3)
    await stage.words("It is free [1].")
    await stage.end((sum(len(message["content"].encode()) for message in stage.call.messages), 2000))


async def keeps_the_connection(stage):
    await stage.head("keep-alive")
    await stage.words("It is free [1].")
    await stage.end()


async def does_not_stream(stage):
    await stage.json(stage.whole("It is free [1]."))


async def malformed_whole(stage):
    await stage.json([1])


async def no_citation(stage):
    await says(stage, "Purple", " elephants", " dance.")


async def invalid_citation(stage):
    await says(stage, "It is free [99].", " Really [0][1] [", "12345678901234567890123].")


async def declines(stage):
    await says(stage, "NOT_IN_", "MY_INFORM", "ATION")


async def follows_the_notes(stage):
    """Whatever the owner's notes say, as models do: where they lead away from the passages, the answer rests on none."""
    if "elephants" in stage.call.system:
        return await says(stage, "Purple elephants dance.")
    await says(stage, "So it stands in our text [1] [2].")


async def quotes_the_notes(stage):
    """What the owner's notes tell it to say, word by word."""
    _, _, notes = stage.call.system.partition("Say: ")
    await says(stage, notes.partition("\n")[0])


async def says_nothing(stage):
    await says(stage, "", "  ")


async def refuses_the_key(stage):
    await stage.refuse(401, message=f"Incorrect API key provided: {KEY}")


async def refuses_a_temperature(stage):
    await (stage.refuse(400, message="`temperature` is deprecated for this model.") if "temperature" in stage.call.body else normal(stage))


async def refuses_stream_options(stage):
    await (stage.refuse(400, message="Unrecognized request argument: stream_options") if "stream_options" in stage.call.body else normal(stage))


async def refuses_to_stream(stage):
    await (stage.refuse(422, message="stream must be false") if stage.call.body["stream"] else stage.json(stage.whole("It is free [1].")))


async def refuses_a_limit(stage):
    await (stage.refuse(400, message="Unsupported parameter") if {"max_tokens", "max_completion_tokens"} & stage.call.body.keys() else normal(stage))


async def runs_out(stage):
    await says(stage, "It is free", " to run on [1] your", cut="length")


async def thinks_until_it_runs_out(stage):
    await says(stage, "<think>They want", " the SECRET price", cut="length")


async def is_filtered(stage):
    await says(stage, "It is free", " to", cut="filter")


async def is_filtered_at_once(stage):
    await says(stage, cut="filter")


async def thinks_aloud(stage):
    await says(stage, "<thi", "nk>The SECRET <think>is", " here</think> still</thin", "k>\n\nIt is free", " [1].")


async def thinks_apart(stage):
    await stage.head()
    await stage.event(**stage.thought("The SECRET"))
    await stage.words("It is free", " [1].")
    await stage.end()


async def refuses_all(stage):
    await stage.refuse(400)


async def is_busy(stage):
    await stage.refuse(429, "Retry-After: 1\r\n")


async def is_busy_for_long(stage):
    await stage.refuse(429, "Retry-After: 3600\r\n")


async def is_busy_until_a_date(stage):
    """An hour from what it thinks is now."""
    await stage.refuse(503, "Date: Sun, 06 Nov 2094 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 2094 09:49:37 GMT\r\n")


async def is_overloaded_once(stage):
    await (normal(stage) if stage.attempt > 1 else stage.refuse(529, "Retry-After: 0\r\n"))


async def is_not_there(stage):
    await stage.refuse(404)


async def leads_elsewhere(stage):
    await stage.refuse(307, "Location: http://127.0.0.1:9/v1\r\n")


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
    await stage.event(**stage.error(f"overloaded, key {KEY}"))
    await stage.raw("0\r\n\r\n")


async def error_at_once(stage):
    await stage.head()
    await stage.event(**stage.error("overloaded"))
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
    """A whole stream without a reason to stop: it was cut by something in between."""
    await stage.head()
    await stage.words("It is", " free [1]")
    await stage.raw("0\r\n\r\n")


async def drip(stage):
    """Byte by byte: inside characters of four bytes, and inside line ends."""
    await stage.head()
    lines = [stage.word(EMOJI), stage.word("It is free [1]."), *stage.last(USAGE)]
    text = ": hello\r\n\r\n" + "".join(stage.line(line).replace("\n", "\r\n") + "\r\n\r\n" for line in lines)
    for byte in text.encode():
        await stage.send(bytes([byte]))
        await asyncio.sleep(0.0005)
    await stage.finish()


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
    await says(stage, "It is free [1].", usage=(-5, -1))


async def usage_is_enormous(stage):
    await says(stage, "It is free [1].", usage=(10**18, 10**30))


async def usage_is_text(stage):
    await says(stage, "It is free [1].", usage=("many", None))


async def usage_is_missing(stage):
    await says(stage, "It is free [1].", usage=None)


async def says_slowly(stage, words):
    await stage.head()
    for word in words:
        await stage.words(word)
        await asyncio.sleep(0.1)
    await stage.words("It is free [1].")
    await stage.end()


async def slow(stage):
    """Twenty words, one each 0.1 s."""
    await says_slowly(stage, (f"word{number} " for number in range(20)))


async def takes_its_time(stage):
    """Sixty words of several bytes, one each 0.1 s."""
    await says_slowly(stage, (f"wörd{number}\U0001f642 " for number in range(60)))


async def endless(stage):
    await stage.head()
    while True:
        await stage.words("wörd ")
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
        normal, costs_most, keeps_the_connection, does_not_stream, malformed_whole, no_citation, invalid_citation, declines, follows_the_notes, quotes_the_notes, says_nothing, refuses_the_key, refuses_a_temperature,
        refuses_stream_options, refuses_to_stream, refuses_a_limit, runs_out, thinks_until_it_runs_out, is_filtered, is_filtered_at_once, thinks_aloud, thinks_apart,
        refuses_all, is_busy, is_busy_for_long, is_busy_until_a_date, is_overloaded_once, is_not_there, leads_elsewhere, fails_once, always_fails,
        malformed_json, malformed_stream, html, error_inside, error_at_once, silent, silent_in_the_middle, cut, closes_at_once, ends_early,
        drip, hostile, a_megabyte, a_megabyte_at_once, usage_is_negative, usage_is_enormous, usage_is_text, usage_is_missing, slow, takes_its_time,
        endless, late,
    )
}


if __name__ == "__main__":
    with Provider() as provider:
        print(provider.port, flush=True)
        sys.stdin.read()
