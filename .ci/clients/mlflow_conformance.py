"""
A pytest plugin that runs MLflow's own live-server tests against a running Aval. Their fixtures start MLflow's server; here they get the
address of Aval instead, emptied before each test. docs/mlflow-conformance.md tells how to run it, and names the cases that are skipped.
"""

import importlib
import os
import re
from pathlib import Path

import mlflow  # before pytest looks for it in the clone
import pytest
import requests

url = os.environ["AVAL_URL"].rstrip("/")
token = os.environ["AVAL_TEST_TOKEN"]
os.environ["MLFLOW_TRACKING_TOKEN"] = token
# a failure of the server's is told at once, and not tried again for minutes
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")

repository = Path(__file__).resolve().parents[2]
document = repository / "docs" / "mlflow-conformance.md"
out_of_scope = dict(re.findall(r"^\| `(test_\w+)` +\| (.+?) +\|$", document.read_text(), re.MULTILINE))


class RunningAval:
    """In the place of the thread that runs MLflow's server."""

    def __init__(self, *_args, **_kwargs):
        self.before = Path.cwd()

    def __enter__(self):
        requests.post(f"{url}/api/test/reset", timeout=60).raise_for_status()
        os.chdir(repository)  # one case has it that client and server work in one folder
        return url

    def __exit__(self, *_exc):
        os.chdir(self.before)


def pytest_configure(config):
    from mlflow.server import handlers

    # MLflow's settings are strict about marks; these belong to plugins that its other tests need
    for mark in ["allow_infer_pip_requirements_fallback", "asyncio"]:
        config.addinivalue_line("markers", mark)

    # of what it does, the tests of the command line need that the client of this process is told where the store is
    handlers.initialize_backend_stores = lambda *_args, **_kwargs: mlflow.set_tracking_uri(url)
    send = requests.Session.send

    def send_with_token(session, request, **kwargs):
        """Some tests call without the client."""
        if request.url.startswith(url):
            request.headers.setdefault("Authorization", f"Bearer {token}")
        return send(session, request, **kwargs)

    requests.Session.send = send_with_token


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"MLflow's client {mlflow.__version__} from {Path(mlflow.__file__).parent}")


def pytest_pycollect_makemodule(module_path, parent):
    importlib.import_module("tests.tracking.integration_test_utils").ServerThread = RunningAval


def pytest_collection_modifyitems(items):
    """MLflow has two kinds of store, and asks each case of both: once is enough here."""
    items[:] = [item for item in items if "file" not in item.nodeid.partition("[")[2].rstrip("]").split("-")]
    for item in items:
        if reason := out_of_scope.get(item.originalname):
            item.add_marker(pytest.mark.skip(reason=reason))
