"""Mails go out over SMTP as jobs: sealed while they wait, tried again while the server is away, to one recipient each."""

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import pytest
from Servers.frontdesk import CopiedDataDirectory
from Servers.load import free_port
from Servers.wire import ask_once, eventually

SERVER = Path(__file__).parents[1] / "Servers/smtp_server.py"
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4}\b")


@pytest.fixture
def smtp():
    """A mail server that keeps what it takes in a folder, a file for each recipient."""
    # It removes the folder itself when it ends.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen([sys.executable, SERVER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            port = int(process.stdout.readline())
            yield f"smtp://127.0.0.1:{port}", Path(folder)
        finally:
            process.kill()
            process.wait()


def request_code(app, email):
    assert ask_once(app.port, "POST", "/api/v1/sign-in/code", JSON, json.dumps({"email": email})).status == 202


def test_a_code_arrives_by_mail_and_lets_its_owner_in(own, start_app, smtp):
    url, folder = smtp
    app = start_app(data=own, SMTP_URL=url, MAIL_FROM="desk@example.net")
    email = f"{uuid.uuid4().hex[:8]}@shop.example"
    request_code(app, email)
    file = folder / f"{email}.json"
    eventually(file.exists)
    arrived = json.loads(file.read_text())
    code = CODE.search(arrived["text"])[0]
    assert code in arrived["html"] and arrived["defects"] == []
    response = ask_once(app.port, "POST", "/api/v1/sign-in/token", JSON, json.dumps({"email": email, "code": code}))
    assert response.status == 200
    assert ask_once(app.port, "GET", "/dev/outbox").status == 404
    assert code not in app.log


def test_while_the_mail_server_is_away_a_mail_waits_sealed(own, start_app):
    port = free_port()
    app = start_app(data=own, SMTP_URL=f"smtp://127.0.0.1:{port}")
    email = f"{uuid.uuid4().hex[:8]}@shop.example"
    request_code(app, email)
    eventually(lambda: own.sql("select problem from jobs where kind = 'mail' and problem is not null"))
    [[payload, state]] = own.sql("select payload, state from jobs where kind = 'mail'")
    assert state in ("waiting", "running") and email not in payload and "Frontdesk" not in payload and len(payload) > 200
    assert own.sql(f"select count(*) from outbox where recipient = '{email}'") == [["0"]]


def test_admins_are_mailed_once_when_a_provider_refuses_the_servers_key(start_app, provider):
    other = CopiedDataDirectory()
    app = start_app(data=other, **(provider.environment | {"OPENAI_API_KEY": "sk-wrong-key"}), AI_MODEL="test-model", ADMIN_EMAILS="admin@desk.example")
    provider.play("refuses_the_key")
    for question in ("What does it cost?", "Does it work on WhatsApp?"):
        headers = JSON | {"Authorization": "Bearer fd_demo_public"}
        assert ask_once(app.port, "POST", "/api/v1/ask", headers, json.dumps({"question": question})).json["basis"] == "quoted"
    mails = eventually(lambda: [
        mail for mail in ask_once(app.port, "GET", "/dev/outbox", JSON).json if mail["to"] == "admin@desk.example"])
    assert len(mails) == 1 and "refuses the key" in mails[0]["subject"]
    assert "sk-wrong-key" not in json.dumps(mails)
    app.stop()
    other.remove()
