"""bin/supervise: what was killed is started again; what ended by itself, or was told to, stays so."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from Servers.frontdesk import ROOT, DataDirectory, Supervised, run
from Servers.wire import ask_once, eventually

SUPERVISE = ROOT / "bin/supervise"


@pytest.fixture(scope="module")
def supervised():
    directory = DataDirectory()
    app = Supervised(directory)
    yield app
    app.stop()
    directory.remove()


def answers(app):
    try:
        return ask_once(app.port, "GET", "/readyz").status == 200
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGILL, signal.SIGTRAP, signal.SIGSEGV])
def test_a_server_that_was_killed_answers_again(supervised, number):
    before = eventually(lambda: supervised.server)
    os.kill(before, number)
    eventually(lambda: supervised.server not in (None, before) and answers(supervised), seconds=60)
    assert supervised.process.poll() is None


def runs(process):
    """What has ended may stay in the table until somebody looks after it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_whoever_ends_it_ends_the_server_in_good_order(number):
    directory = DataDirectory()
    app = Supervised(directory)
    server, postmaster = app.server, directory.postmaster
    app.signal(number)
    assert app.process.wait(30) == 0
    assert not runs(server) and not runs(postmaster)
    directory.remove()


def test_ctrl_c_which_reaches_both_ends_both_in_good_order():
    directory = DataDirectory()
    app = Supervised(directory)
    postmaster = directory.postmaster
    os.killpg(app.pid, signal.SIGINT)
    assert app.process.wait(30) == 0
    assert not runs(postmaster)
    directory.remove()


def test_a_start_that_is_refused_is_not_tried_again():
    result = run("serve", starter=(SUPERVISE,), BASE_URL="https://desk.example")
    assert result.returncode == 1 and result.stderr.count("BASE_URL is") == 1 and "started again" not in result.stderr


def supervise(script):
    return subprocess.Popen([SUPERVISE, "sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)


@pytest.mark.parametrize("status", [0, 1, 2, 7, 127])
def test_what_ends_by_itself_stays_ended_and_its_status_is_passed_on(status):
    process = supervise(f"echo x; exit {status}")
    assert process.communicate(timeout=20) == ("x\n", None) and process.returncode == status


def test_what_is_not_there_is_not_tried_again():
    assert subprocess.run([SUPERVISE, "/nowhere/App"], capture_output=True, timeout=20).returncode == 127


def test_what_dies_at_once_again_and_again_is_started_slowly_and_can_be_ended():
    process = supervise("echo x; kill -9 $$")
    for _ in range(6):
        assert process.stdout.readline() == "x\n"
    # The seventh start waits.
    process.terminate()
    assert process.communicate(timeout=20)[0] in ("", "x\n") and process.returncode in (128 + signal.SIGKILL, 128 + signal.SIGTERM)


def test_a_signal_that_comes_while_it_ends_does_not_hide_its_status():
    process = supervise("trap 'exit 3' TERM; echo x; while :; do sleep 0.01; done")
    assert process.stdout.readline() == "x\n"
    for _ in range(5):
        process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 3
