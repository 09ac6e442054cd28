"""What Prometheus may read: requests, logins, streams, identity providers. No person, no secret.

Several workers count into files of one folder, which `PROMETHEUS_MULTIPROC_DIR` names before this
module is imported; whoever serves the metrics adds them up.
"""

import math
import os
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    MetricsHandler,
    multiprocess,
)

from bgconsole import __version__
from bgconsole.backend.identity import IdpStatus, SignInWay
from bgconsole.policy.team import IdpState
from bgconsole.server.edge import UNROUTED, Exchange
from bgconsole.server.options import Address, ServeError

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"

_LOGIN: Final = "/v1/login"
_OUTCOMES: Final = {200: "success", 401: "refused", 429: "throttled"}
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


_SILENT_FOR: Final = 10.0
"""Seconds after which a reader of the metrics that says nothing is hung up on."""

_READERS: Final = 16
"""Readers of the metrics at a time; the next one is hung up on."""


class _MetricsServer(ThreadingHTTPServer):
    """Has a thread for each of a few readers."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[MetricsHandler]) -> None:
        self._free = threading.BoundedSemaphore(_READERS)
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()


class Meters:
    """The counters of one process. Raises OSError where there is no room for them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "bgconsole_requests_total",
            "Requests, by route, method and status",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "bgconsole_request_seconds",
            "Duration of requests; for streams, how long they were open",
            ["route", "method"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._logins = Counter(
            "bgconsole_logins_total",
            "Password logins; break_glass is only known for successes",
            ["outcome", "break_glass"],
            registry=self.registry,
        )
        self._streams = Gauge(
            "bgconsole_open_streams",
            "Clients of the live audit stream",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self._idps = _IdpGauges(self.registry)
        build = Gauge(
            "bgconsole_build_info",
            "The running version",
            ["version"],
            registry=self.registry,
            multiprocess_mode="max",
        )
        build.labels(__version__).set(1)
        for outcome in _OUTCOMES.values():
            self._logins.labels(outcome, "unknown" if outcome != "success" else "false")
        self._logins.labels("success", "true")
        self._seconds.labels(UNROUTED, "GET")
        _reserve()

    def count(self, exchange: Exchange) -> None:
        """Count a request that has ended."""
        route, method = exchange.route, exchange.method
        self._requests.labels(route, method, str(exchange.status)).inc()
        self._seconds.labels(route, method).observe(exchange.seconds)
        outcome = _OUTCOMES.get(exchange.status)
        if route == _LOGIN and outcome is not None:
            known = {None: "unknown", True: "true", False: "false"}
            self._logins.labels(outcome, known[exchange.break_glass]).inc()

    def know_idps(self, ways: tuple[SignInWay, ...]) -> None:
        """Show the state of these identity providers, and of none besides."""
        self._idps.show(ways)

    def stream_changed(self, change: int) -> None:
        """One more stream is open, or one less."""
        self._streams.inc(change)


class _IdpGauges:
    """The state of each identity provider that is set up; the label is the provider's slug.

    What is not known is not a number, so that no alarm takes it for up or down.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._known: set[str] = set()

        def gauge(name: str, meaning: str) -> Gauge:
            # Each worker reads the same database: the one that read it last is right.
            return Gauge(
                f"bgconsole_idp_{name}",
                meaning,
                ["provider"],
                registry=registry,
                multiprocess_mode="mostrecent",
            )

        self._up = gauge("up", "1: the identity provider answers, 0: it is down, NaN: unknown")
        self._degraded = gauge("degraded", "1: it answers, but something is wrong")
        self._changed = gauge("state_changed_timestamp_seconds", "When its state last changed")
        self._checked = gauge("checked_timestamp_seconds", "When it was last probed")

    def show(self, ways: tuple[SignInWay, ...]) -> None:
        """Show these. Where workers share files a removed one stays, as unknown."""
        configured = {way.slug: way.idp for way in ways if way.configured}
        for slug in self._known - configured.keys():
            self._set(slug, IdpStatus())
        for slug, status in configured.items():
            self._set(slug, status)
        self._known |= configured.keys()

    def _set(self, slug: str, status: IdpStatus) -> None:
        unknown = status.state is IdpState.UNKNOWN
        degraded = status.state is IdpState.DEGRADED
        self._up.labels(slug).set(math.nan if unknown else status.state is not IdpState.DOWN)
        self._degraded.labels(slug).set(math.nan if unknown else degraded)
        self._changed.labels(slug).set(_timestamp(status.since))
        self._checked.labels(slug).set(_timestamp(status.checked_at))


def _timestamp(moment: datetime | None) -> float:
    return math.nan if moment is None else moment.timestamp()


def _reserve() -> None:
    """Have the room that the files of this process's counters need, while there is some.

    They are mapped into memory with holes in them: whoever writes into one when the disk has become
    full is ended by the system. Raises OSError where there is no room by now.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder is None:
        return
    for path in Path(folder).glob(f"*_{os.getpid()}.db"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def shared_registry() -> CollectorRegistry:
    """What all workers counted together."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, path=os.environ[FOLDER_VARIABLE])
    return registry


def buried(pid: int) -> None:
    """A worker is gone: what it has open is open no more; what it counted stays counted."""
    multiprocess.mark_process_dead(pid)


def listening(address: Address, registry: Callable[[], CollectorRegistry]) -> ThreadingHTTPServer:
    """A server of the metrics that has its port; `serve_forever` is the caller's.

    Raises ServeError.
    """
    handler = MetricsHandler.factory(registry())
    handler.timeout = _SILENT_FOR
    try:
        return _MetricsServer((address.host, address.port), handler)
    except OSError as error:
        raise ServeError(
            f"Cannot listen on {address.host} port {address.port} ({error.strerror})",
            "Choose another with --metrics-host and --metrics-port",
        ) from error
