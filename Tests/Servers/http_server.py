"""An HTTP/1.1 server that misbehaves by path. Prints its port; GET /stats?key=K tells what it saw of K.

Arguments: a folder for its certificate, then `tls` if it is to use one.
"""

import asyncio
import gzip
import json
import shutil
import socket
import ssl
import struct
import sys
import zlib
from urllib.parse import parse_qs, urlsplit

from certificate import certificate

folder, *options = sys.argv[1:]

connections = 0
open_streams = 0
peak_streams = 0
seen = {}  # key -> {"ended": bool, "sent": int, "requests": int}


def note(key, **facts):
    entry = seen.setdefault(key, {"ended": False, "sent": 0, "requests": 0})
    entry.update(facts)
    return entry


async def read_request(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    headers = [line.split(": ", 1) if ": " in line else [line.rstrip(":"), ""] for line in lines if line]
    length = next((int(v) for n, v in headers if n.lower() == "content-length"), 0)
    body = await reader.readexactly(length)
    return method, target, headers, body


def answer(writer, body, status="200 OK", headers=""):
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body)


def reset(writer):
    """Ends the connection with RST instead of FIN."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def until_gone(reader, key):
    """Waits for the client to close."""
    try:
        while await reader.read(4096):
            pass
    except ConnectionError:
        pass
    note(key, ended=True)


async def push(writer, key, piece, count):
    """Sends as fast as the client takes it, and counts."""
    entry = note(key)
    try:
        for _ in range(count):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)  # for the other connections
            entry["sent"] += len(piece)
    except ConnectionError:
        pass
    note(key, ended=True)


async def stream(writer, text, count, pause, together):
    global open_streams, peak_streams
    open_streams += 1
    peak_streams = max(peak_streams, open_streams)
    while peak_streams < together:
        await asyncio.sleep(0.02)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for number in range(count):
        piece = f"data: {text} {number}\n\n".encode()
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await writer.drain()
        await asyncio.sleep(pause)
    writer.write(b"0\r\n\r\n")
    open_streams -= 1


async def serve(reader, writer, method, target, headers, body):
    """True: the connection stays open."""
    parts = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    key = query.get("key", "")
    write = writer.write
    path = parts.path
    if path != "/stats":
        note(key)["requests"] += 1
    if path == "/hello":
        answer(writer, b"hello", headers="X-Note:  one \r\nSet-Cookie: a=b\r\n")
    elif path == "/stats":
        facts = dict(note(key), connections=connections, peak_streams=peak_streams)
        answer(writer, json.dumps(facts).encode())
    elif path == "/echo":
        facts = {"method": method, "target": target, "headers": headers, "body": body.decode("latin-1")}
        answer(writer, json.dumps(facts).encode())
    elif path == "/status":
        answer(writer, b"no", status=query["code"] + " Told")
    elif path == "/empty":
        write(b"HTTP/1.1 204 No Content\r\n\r\n")
    elif path == "/interim":
        write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        answer(writer, b"hello")
    elif path == "/until-close":
        write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello")
        return False
    elif path == "/hang":
        await until_gone(reader, key)
        return False
    elif path == "/hang-in-headers":
        write(b"HTTP/1.1 200 OK\r\nX-A: b\r\n")
        await until_gone(reader, key)
        return False
    elif path == "/hang-in-body":
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")
        await until_gone(reader, key)
        return False
    elif path == "/drip":
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not reader.at_eof() and not writer.is_closing():
            write(b"x")
            await asyncio.sleep(0.1)
        return False
    elif path == "/silent-connection":
        writer.transport.abort()
        return False
    elif path == "/cut":
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")
        await writer.drain()
        return False
    elif path == "/cut-chunked":
        write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n5\r\n01")
        await writer.drain()
        return False
    elif path == "/reset":
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")
        await writer.drain()
        await asyncio.sleep(0.2)
        reset(writer)
        return False
    elif path == "/short-length":
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more than was said")
        return False
    elif path == "/bad-length":
        write(b"HTTP/1.1 200 OK\r\nContent-Length: " + query["value"].encode() + b"\r\n\r\nhello")
        return False
    elif path == "/huge-length":
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n")
        await until_gone(reader, key)
        return False
    elif path == "/not-http":
        write(b"220 mail.example.org ready\r\n")
        return False
    elif path == "/bad-chunks":
        write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nhello")
        return False
    elif path == "/gzip-transfer":
        piece = gzip.compress(b"hello")
        write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(piece), piece))
    elif path == "/endless-body":
        write(b"HTTP/1.1 200 OK\r\n\r\n")
        await push(writer, key, b"x" * 65536, 1 << 40)
        return False
    elif path == "/endless-headers":
        write(b"HTTP/1.1 200 OK\r\n")
        await push(writer, key, b"X-Header: again\r\n" * 100, 1 << 40)
        return False
    elif path == "/endless-header":
        write(b"HTTP/1.1 200 OK\r\nX-Header: ")
        await push(writer, key, b"x" * 1000, 1 << 40)
        return False
    elif path == "/endless-interim":
        await push(writer, key, b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50, 1 << 40)
        return False
    elif path == "/gzip":
        answer(writer, gzip.compress(b"hello " * 1000), headers="Content-Encoding: gzip\r\n")
    elif path == "/gzip-bomb":
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(16)) + packer.flush()
        write(f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode())
        await push(writer, key, bomb, 1)
    elif path == "/bytes":
        answer(writer, b"0123456789abcdef" * (int(query["count"]) // 16))
    elif path == "/push":
        count = int(query["pieces"])
        write(f"HTTP/1.1 200 OK\r\nContent-Length: {65536 * count}\r\n\r\n".encode())
        await push(writer, key, b"0123456789abcdef" * 4096, count)
    elif path == "/stream":
        await stream(writer, query["text"], int(query["count"]), float(query["pause"]), int(query.get("together", 0)))
    elif path == "/redirect":
        answer(writer, b"gone", status=query.get("code", "302") + " Found", headers=f"Location: {query['to']}\r\n")
    elif path.startswith("/hops/"):
        left = int(path.rsplit("/", 1)[1])
        if left == 0:
            answer(writer, b"arrived")
        else:
            answer(writer, b"", status="302 Found", headers=f"Location: {left - 1}\r\n")
    elif path == "/loop":
        answer(writer, b"", status="302 Found", headers="Location: /loop\r\n")
    else:
        answer(writer, b"", status="404 Not Found")
    return True


async def talk(reader, writer):
    global connections
    connections += 1
    try:
        while await serve(reader, writer, *await read_request(reader)):
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def encryption():
    if "tls" not in options:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(folder))
    return context


async def main():
    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1024, limit=1 << 20, ssl=encryption())
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with the test process, which holds our standard input open.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    shutil.rmtree(folder)


asyncio.run(main())
