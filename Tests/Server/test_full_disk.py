"""A disk that is full: the server says that it isn't ready, lives on, and is ready again when there is room."""

import os
import subprocess

import pytest
from Servers.frontdesk import DataDirectory
from Servers.wire import ask_once, eventually

pytestmark = pytest.mark.alone

LEFT_BYTES = 1024 * 1024


@pytest.fixture
def small_disk():
    """A data folder on a disk of its own, which is soon full."""
    directory = DataDirectory()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500m,mode=0755", "tmpfs", directory.path], capture_output=True, text=True)
    if mounted.returncode:
        directory.remove()
        pytest.skip(f"this user may not mount a small disk: {mounted.stderr.strip()}")
    yield directory
    for process in directory.processes:
        process.stop()
    home = os.path.realpath(directory.path / "postgres")
    subprocess.run(["umount", "--lazy", directory.path], check=True)
    assert home.startswith(str(directory.path)), "the database was elsewhere"
    directory.remove()


def fill(folder):
    disk = os.statvfs(folder)
    with open(folder / "filler", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - LEFT_BYTES)


def test_a_full_disk_is_noticed_and_got_over(small_disk, start_app):
    app = start_app(data=small_disk)
    assert ask_once(app.port, "GET", "/readyz").status == 200
    fill(small_disk.path)
    ready = eventually(lambda: (response := ask_once(app.port, "GET", "/readyz")).status == 503 and response, seconds=20)
    assert ready.text == "the database can't write\n"
    assert ask_once(app.port, "GET", "/healthz").status == 200 and ask_once(app.port, "GET", "/").status == 200
    (small_disk.path / "filler").unlink()
    eventually(lambda: ask_once(app.port, "GET", "/readyz").status == 200, seconds=30)
    assert app.process.poll() is None
