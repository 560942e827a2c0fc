"""An HTTP/1.1 client that sends exactly the bytes it is given and shows exactly what came back."""

import json
import socket
import time


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def __getitem__(self, name):
        """The header's value, or None. A header that came twice is a mistake that no test expects."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) < 2, f"{name} came {len(values)} times"
        return values[0] if values else None

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:300]}>"


class Closed(Exception):
    """The server closed the connection where a response, or the rest of one, was expected."""


class Connection:
    def __init__(self, port, timeout=15, receive_buffer=None, source=None):
        self.socket = socket.socket()
        if source:
            self.socket.bind((source, 0))
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Leaves without a goodbye, as a crashed client does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)
        return self

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def request(self, method, target, headers=None, body=None):
        return self.send(request_bytes(method, target, headers, body))

    def more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Closed
        self.waiting += data

    def take(self, count):
        while len(self.waiting) < count:
            self.more()
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return taken

    def take_until(self, end):
        while end not in self.waiting:
            self.more()
        taken, self.waiting = self.waiting.split(end, 1)
        return taken

    def head(self):
        lines = self.take_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status = lines[0].split(" ", 2)[:2]
        assert version == "HTTP/1.1"
        headers = [tuple(line.split(":", 1)) for line in lines[1:]]
        return Response(int(status), [(key, value.strip()) for key, value in headers], b"")

    def response(self, to="GET"):
        """The next response, whole."""
        response = self.head()
        if to == "HEAD" or response.status in (204, 304) or response.status < 200:
            return response
        if response["transfer-encoding"] == "chunked":
            response.body = b"".join(self.chunks())
        elif response["content-length"] is not None:
            response.body = self.take(int(response["content-length"]))
        else:
            response.body = self.rest()
        return response

    def chunks(self):
        while size := int(self.take_until(b"\r\n"), 16):
            yield self.take(size)
            assert self.take(2) == b"\r\n"
        assert self.take(2) == b"\r\n"

    def rest(self):
        """What comes until the server closes its side."""
        try:
            while True:
                self.more()
        except Closed:
            rest, self.waiting = self.waiting, b""
            return rest

    def is_closed(self, within=5):
        """Whether the server closes its side in this time without another byte."""
        self.socket.settimeout(within)
        try:
            return self.waiting == b"" and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False


class Event:
    def __init__(self, block):
        self.id = self.name = None
        self.comment = ""
        data = []
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            match name:
                case "": self.comment += value
                case "id": self.id = value
                case "event": self.name = value
                case "data": data.append(value)
                case "retry": pass
                case _: raise AssertionError(f"no such field in an event: {line!r}")
        self.data = "\n".join(data)

    @property
    def json(self):
        return json.loads(self.data)

    @property
    def offset(self):
        return self.id.split(":", 1)[1]

    def __repr__(self):
        return f"<{self.id} {self.name} {self.data[:80]!r}{self.comment}>"


def events(connection, comments=False):
    """The events of a stream whose head has been read, as a browser would read them."""
    buffer = b""
    for chunk in connection.chunks():
        buffer += chunk
        # Where a line ends, a browser knows three ways: all of them count here.
        while b"\n\n" in (normal := buffer.replace(b"\r\n", b"\n").replace(b"\r", b"\n")):
            block, buffer = normal.split(b"\n\n", 1)
            event = Event(block.decode())
            if event.name or comments:
                yield event
    assert buffer == b"", f"the stream ended inside an event: {buffer!r}"


def request_bytes(method, target, headers=None, body=None):
    headers = {"Host": "127.0.0.1"} | (headers or {})
    if body is not None:
        body = body.encode() if isinstance(body, str) else body
        headers.setdefault("Content-Length", len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("utf-8", "surrogateescape") + (body or b"")


def ask_once(port, method, target, headers=None, body=None, timeout=15):
    """One request on a connection of its own."""
    with Connection(port, timeout) as connection:
        return connection.request(method, target, headers, body).response(method)


def eventually(check, seconds=10):
    """What `check` returns, once that is true."""
    end = time.monotonic() + seconds
    while True:
        result = check()
        if result:
            return result
        assert time.monotonic() < end, f"it isn't so after {seconds} s"
        time.sleep(0.05)


def reload_until(page, locator, seconds=15):
    """Reloads a page without JavaScript, which must have loaded, until what `locator` names is shown."""
    eventually(lambda: locator.is_visible() or not page.reload(), seconds)
