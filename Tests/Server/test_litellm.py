"""LiteLLM's proxy stands between Frontdesk and a provider, and nothing has to be known of it.

It brings more than a hundred packages, so it isn't among the tests' own: `pip install 'litellm[proxy]'` into an environment
of its own, and LITELLM names its program. Without it these tests are skipped.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from Servers.provider import EMOJI, KEY as PROVIDER_KEY
from Servers.wire import ask_once

PROGRAM = os.environ.get("LITELLM") or shutil.which("litellm", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
MASTER_KEY = "sk-litellm-of-the-tests"
KEY = {"Authorization": "Bearer fd_demo_public", "Content-Type": "application/json"}
SAYS = "It is free to run on your own server [1]. Grüße 👩‍👩‍👧!"
READY_SECONDS = 90

pytestmark = pytest.mark.skipif(not PROGRAM, reason="LiteLLM isn't installed")


def models(provider):
    """Ones that need no network, and ones behind which our provider stands."""
    origin = f"http://127.0.0.1:{provider.port}"
    mock = {"api_key": "none", "mock_response": SAYS}
    yield "mock-openai", {"model": "openai/gpt-4.1-mini", **mock}
    yield "mock-anthropic", {"model": "anthropic/claude-haiku-4-5", **mock}
    for mode in ("normal", "drip", "always_fails"):
        yield f"openai-{mode}", {"model": f"openai/{mode}", "api_key": PROVIDER_KEY, "api_base": f"{origin}/v1"}
        yield f"anthropic-{mode}", {"model": f"anthropic/{mode}", "api_key": PROVIDER_KEY, "api_base": origin}


@pytest.fixture(scope="module")
def litellm(provider, tmp_path_factory):
    """Its origin."""
    folder = tmp_path_factory.mktemp("litellm")
    configuration = {
        "model_list": [{"model_name": name, "litellm_params": parameters} for name, parameters in models(provider)],
        "general_settings": {"master_key": MASTER_KEY},
        # Our provider speaks none of OpenAI's newer protocol, which LiteLLM would turn Anthropic's messages into.
        "litellm_settings": {"telemetry": False, "num_retries": 0, "use_chat_completions_url_for_anthropic_messages": True},
    }
    # YAML that is JSON, but for escaped surrogates.
    (folder / "config.yaml").write_text(json.dumps(configuration, ensure_ascii=False))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(
            [PROGRAM, "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)], cwd=folder, stdout=log, stderr=log,
            env=environment | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"})
    try:
        wait_until_ready(process, port, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def wait_until_ready(process, port, log):
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            if ask_once(port, "GET", "/health/liveliness").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"LiteLLM isn't ready after {READY_SECONDS} s: {log.read_text()[-2000:]}")


@pytest.fixture(params=["openai", "anthropic"])
def adapter(request):
    return request.param


@pytest.fixture
def asked(start_app, litellm, adapter):
    """Asks through one of our adapters and this model of LiteLLM's."""

    def ask(model):
        base = f"{litellm}/v1" if adapter == "openai" else litellm
        app = start_app(**{f"{adapter.upper()}_API_KEY": MASTER_KEY, f"{adapter.upper()}_BASE_URL": base, "AI_MODEL": model})
        response = ask_once(app.port, "POST", "/api/v1/ask", KEY | {"Accept": "application/json"}, json.dumps({"question": "What does it cost?"}), timeout=60)
        assert response.status == 200 and MASTER_KEY not in app.log
        app.stop()
        return response.json

    return ask


@pytest.mark.parametrize("model", ["mock-openai", "mock-anthropic"])
def test_what_litellm_says_itself_is_answered(asked, model):
    answer = asked(model)
    assert (answer["answer"], answer["basis"]) == (SAYS, "based_on")
    assert answer["usage"]["output_tokens"] > 0


@pytest.mark.parametrize("upstream", ["openai", "anthropic"])
def test_what_stands_behind_it_is_answered_with_its_count(asked, upstream):
    answer = asked(f"{upstream}-normal")
    assert answer["answer"] == "It is free to run on your own server [1]."
    assert answer["usage"] == {"input_tokens": 700, "output_tokens": 12}


def test_characters_that_come_in_single_bytes_stay_whole(asked, adapter):
    assert asked(f"{adapter}-drip")["answer"] == EMOJI + "It is free [1]."


@pytest.mark.parametrize("upstream", ["openai", "anthropic"])
def test_where_the_provider_behind_it_fails_the_text_is_quoted(asked, upstream):
    answer = asked(f"{upstream}-always_fails")
    assert answer["basis"] == "quoted" and PROVIDER_KEY not in json.dumps(answer)
