"""What the tests of the running program share: the program itself, a fake provider, a browser."""

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from Servers.frontdesk import CopiedDataDirectory, Frontdesk
from Servers.provider import Provider
from Servers.wire import ask_once

# Where the tests were started in the background, SIGINT is ignored, and so it would be in all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionstart(session):
    """Once, however many workers test side by side; these are started later."""
    if "PYTEST_XDIST_WORKER" not in os.environ and not session.config.option.collectonly:
        CopiedDataDirectory.make_original()


def pytest_collection_modifyitems(items):
    """The long files first: begun last, one keeps a worker busy when the others have nothing to do any more."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report):
    """A failure is told at once, not half an hour later, when all have run."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        print(f"\n{report.nodeid}: {report.when} failed\n{report.longreprtext}", file=sys.__stderr__, flush=True)


@pytest.fixture(scope="session")
def data():
    """The database that the session's processes share."""
    directory = CopiedDataDirectory()
    yield directory
    directory.remove()


@pytest.fixture(scope="module")
def own():
    """A database of this module's own, which may be stopped."""
    directory = CopiedDataDirectory()
    yield directory
    directory.remove()


@pytest.fixture(scope="session")
def app(data):
    """Frontdesk without a provider and without limits."""
    app = Frontdesk(data)
    yield app
    app.stop()


@pytest.fixture(scope="module", autouse=True)
def limits_begin_anew(app, data):
    """All tests sign in from one address: what one module uses up, the next has again."""
    data.sql("delete from rate_limits")


@pytest.fixture(scope="session")
def base_url(app):
    return app.base_url


@pytest.fixture(scope="module")
def start_app(data, app):
    """Starts another Frontdesk with other settings, as in `start_app(DEMO_LIMITS="on")`; `data` gives it another database."""
    started = []

    def start(data=data, **environment):
        started.append(Frontdesk(data, **environment))
        return started[-1]

    yield start
    for other in started:
        other.stop()


@pytest.fixture(scope="session")
def provider():
    """A provider on this machine that does what a test tells it to."""
    with Provider() as provider:
        yield provider


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium-headless-shell"), args=["--no-sandbox"])
        yield browser
        browser.close()


def is_error_or_warning(message):
    return message.type in ("error", "warning")


@pytest.fixture
def new_page(browser, base_url):
    """Makes a page in a fresh browser profile, which has `cookies`; `complaints` collects its errors and what of the console counts."""
    contexts = []

    def new_page(size, cookies=None, counts=is_error_or_warning, base_url=base_url, **options):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, base_url=base_url, **options)
        contexts.append(context)
        context.add_cookies([{"name": name, "value": value, "url": base_url} for name, value in (cookies or {}).items()])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: counts(message) and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def it_lives_on(request):
    """Whatever a test did to it, the program must answer afterwards, and be the same process."""
    yield
    if "app" in request.fixturenames:
        app = request.getfixturevalue("app")
        assert app.process.poll() is None, f"the process died: {app.log[-2000:]}"
        assert ask_once(app.port, "GET", "/healthz").status == 200
