"""What holds for every test: nobody's own files or settings are touched, no test is timed."""

import gc
import os
import re
import signal
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# A machine that is busy with other things must not fail a test.
settings.register_profile("untimed", deadline=None, print_blob=True)
settings.load_profile("untimed")


def pytest_configure() -> None:
    """Signals have their usual effect on the programs under test, wherever the tests run.

    A shell without job control has what it starts with `&` ignore Ctrl+C and its like, and nohup
    has it ignore a hang-up; children inherit what is ignored.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP, signal.SIGALRM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        # The tests go on, as was asked for; no child inherits a function.
        signal.signal(signal.SIGHUP, lambda _number, _frame: None)


def pytest_collection_finish() -> None:
    """Let the garbage collector rest: it took a quarter of the time of all tests.

    What was imported and collected by now stays to the end, and need not be walked over again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


# Coverage nearly doubles what a test costs. What these run of the program, others that are measured
# run as well: they try it again on another database, at another size, with other bytes or keys.
_UNMEASURED = (
    *(f"tests/{folder}" for folder in ("benchmarks", "documents", "hostile", "packaging")),
    "tests/patterns",
    *(f"tests/cli/test_{name}.py" for name in ("streams", "width")),
    *(f"tests/program/test_{name}.py" for name in ("bursts", "terminal_bytes", "walk")),
    *(f"tests/server/test_{name}.py" for name in ("by_schemathesis", "flooded")),
    *(f"tests/tui/test_{name}.py" for name in ("bursts", "clicks", "members_hostile", "thin_wire")),
)
_UNMEASURED_CASES = re.compile(
    r"tests/backend/contract/.*\[(?:remote-)?postgresql\b"
    r"|tests/tui/test_snapshots\.py::test_it_looks_as_before_in_every_look"
    r"|tests/tui/test_snapshots\.py::.*-80x24\]"
    r"|tests/tui/.*\[.*size[2-9]"
    r"|tests/policy/test_email\.py::test_every_letter"
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Measure no coverage where it shows nothing more."""
    gone = [path for path in _UNMEASURED if not (config.rootpath / path).exists()]
    if gone:
        raise pytest.UsageError(f"tests/conftest.py names what is not there: {', '.join(gone)}")
    tried: set[str] = set()
    for item in items:
        test = item.nodeid.partition("[")[0]
        # Starting the program costs most: other cases of a test show the same on other terminals.
        again = test in tried and test.startswith("tests/program/")
        tried.add(test)
        if again or item.nodeid.startswith(_UNMEASURED) or _UNMEASURED_CASES.match(item.nodeid):
            item.add_marker(pytest.mark.no_cover)


_FOLDERS = {
    "HOME": ".",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
}


@pytest.fixture(autouse=True)
def own_home(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """An empty home for this test and the commands it runs, and none of the person's settings."""
    home = tmp_path_factory.mktemp("home")
    for variable, folder in _FOLDERS.items():
        monkeypatch.setenv(variable, str(home / folder))
    for variable in [name for name in os.environ if name.startswith("BGCONSOLE_")]:
        monkeypatch.delenv(variable)
    if request.node.get_closest_marker("no_cover") is not None:
        # With it, what a test starts is measured.
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    # Colour and size are what a test says, not what this terminal is.
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TEXTUAL_LOG"):
        monkeypatch.delenv(variable, raising=False)
    return home


@pytest.fixture(scope="session", autouse=True)
def shared_cluster_ends() -> Generator[None]:
    """Stop the PostgreSQL that tests of this process shared, if any asked for it."""
    yield
    postgres = sys.modules.get("tests.postgres")
    if postgres is not None:
        postgres.SHARED.end()


@pytest.fixture(scope="session", autouse=True)
def forked_servers_end() -> Generator[None]:
    """End the server processes that tests of this process had forked, if any asked for one."""
    yield
    serving = sys.modules.get("tests.serving")
    if serving is not None:
        serving.FORKS.end()
