"""An SMTP server that behaves as the recipient's name says. Prints its port.

Arguments: a folder for what arrives (and for the certificate), then any of: starttls, smtps, password.
Each accepted mail is read by Python's own parser and left as FOLDER/RECIPIENT.json; what was seen of a conversation
that was not accepted is in FOLDER/RECIPIENT.seen.
"""

import base64
import email
import email.policy
import json
import os
import shutil
import socket
import socketserver
import ssl
import sys
import threading
import time

from certificate import certificate

folder, *options = sys.argv[1:]
LONGEST_LINE = 1000  # RFC 5321, 4.5.3.1.6


def save(name, text):
    with open(os.path.join(folder, name + ".part"), "w") as file:
        file.write(text)
    os.replace(file.name, os.path.join(folder, name))


def part(message, kind):
    body = message.get_body((kind,))
    return body and body.get_content()


class Conversation(socketserver.StreamRequestHandler):
    user = None
    sender = ""
    recipient = ""
    is_encrypted = False

    def handle(self):
        if "smtps" in options:
            self.encrypt()
        self.reply("220 mail.example.org ESMTP")
        try:
            while line := self.rfile.readline(LONGEST_LINE + 1):
                self.obey(line.decode("latin-1").rstrip("\r\n"))
        except (ConnectionError, ssl.SSLError, EOFError):
            pass

    def obey(self, line):
        verb = line.upper()
        behaviour = self.recipient.split("@")[0].split("+")[0]
        if verb.startswith("EHLO"):
            self.greeting = line[5:]
            offers = ["mail.example.org", "8BITMIME"]
            offers += ["STARTTLS"] if "starttls" in options and not self.is_encrypted else []
            offers += ["AUTH PLAIN"] if "password" in options else []
            for offer in offers[:-1]:
                self.reply("250-" + offer)
            self.reply("250 " + offers[-1])
        elif verb == "STARTTLS":
            self.reply("220 go ahead")
            self.encrypt()
        elif verb.startswith("AUTH PLAIN"):
            self.authenticate(line)
        elif verb.startswith("MAIL FROM:"):
            self.sender = line[10:].split(" ")[0]
            self.reply("250 ok")
        elif verb.startswith("RCPT TO:"):
            self.recipient = line[8:].strip("<>")
            self.receive()
        elif verb == "DATA":
            self.reply("354 go on")
            self.take(behaviour)
        elif verb == "NOOP":
            self.reply("250 ok")
        elif verb == "QUIT":
            if behaviour == "hang-quit":
                self.hang()
            self.reply("221 bye")
            raise EOFError
        else:
            self.reply("500 what?")

    def authenticate(self, line):
        if line.upper() == "AUTH PLAIN":
            self.reply("334 ")
            line += " " + self.rfile.readline().decode().strip()
        _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
        self.user = user
        self.reply("235 welcome" if password == "p%ss wörd" else "535 no")

    def receive(self):
        behaviour = self.recipient.split("@")[0].split("+")[0]
        if behaviour == "refused":
            self.reply("550-there is nobody of this name,\r\n550 really")
        elif behaviour == "later":
            self.reply("450 come again")
        elif behaviour == "hang":
            self.hang()
        elif behaviour == "cut":
            raise EOFError
        else:
            self.reply("250 ok")

    def take(self, behaviour):
        if behaviour == "stall":
            self.stall()
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        if behaviour == "hang-end":
            self.hang()
        elif behaviour == "too-big":
            self.reply("552 too much")
        elif behaviour == "silent-failure":
            raise EOFError
        elif not line:
            save(self.recipient + ".seen", "gone")
            raise EOFError
        else:
            save(self.recipient + ".json", json.dumps(self.read(lines)))
            self.reply("250 taken")

    def read(self, lines):
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        return {
            "sender": self.sender, "greeting": self.greeting, "user": self.user, "is_encrypted": self.is_encrypted,
            "headers": [[name, str(value)] for name, value in message.items()],
            "text": part(message, "plain"), "html": part(message, "html"),
            "longest_line": max(map(len, lines)), "is_ascii": all(line.isascii() for line in lines),
            "defects": [str(defect) for piece in message.walk() for defect in piece.defects],
            "bare_line_ends": sum(1 for line in lines if not line.endswith(b"\r\n") or b"\r" in line[:-2]),
        }

    def hang(self):
        """Until the client gives up."""
        save(self.recipient + ".seen", "hanging")
        self.rfile.read()
        save(self.recipient + ".seen", "gone")
        raise EOFError

    def stall(self):
        """Reads nothing until the test says so."""
        save(self.recipient + ".seen", "hanging")
        while not os.path.exists(os.path.join(folder, self.recipient + ".go")):
            time.sleep(0.05)

    def encrypt(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate(folder))
        self.request = context.wrap_socket(self.request, server_side=True)
        self.is_encrypted = True
        self.rfile = self.request.makefile("rb")

    def reply(self, line):
        self.request.sendall(line.encode() + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self):
        # So that little of a mail fits between us and a client while we do not read.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        super().server_bind()


with Server(("127.0.0.1", 0), Conversation) as server:
    if "starttls" in options or "smtps" in options:
        certificate(folder)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()  # ends with the test process, which holds our standard input open
    shutil.rmtree(folder)
