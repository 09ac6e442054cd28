"""Serving as a whole: ports, one process or several, metrics, and the word that it runs."""

import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bgconsole.server import access_log, listening, notices
from bgconsole.server.app import BackendFactory, create_app
from bgconsole.server.edge import Exchange, Observer
from bgconsole.server.notify import READY, STOPPING, notify
from bgconsole.server.options import ServeOptions
from bgconsole.server.process import Post, Tls, serve
from bgconsole.server.room import Room
from bgconsole.server.source import bucket_of
from bgconsole.server.streams import Streams
from bgconsole.server.workers import Supervisor, Work

if TYPE_CHECKING:
    # Imported after the folder of the counters is named.
    from bgconsole.server.metrics import Meters

_PREFIX: Final = "bgconsole-metrics-"


def run(backend_factory: BackendFactory, options: ServeOptions) -> int:
    """Serve until told to stop; the exit code. Raises ServeError before anything is served.

    The backend is made by the process that serves, in its event loop.
    """
    if options.as_json:
        notices.in_json()
    listening.check_plain(options)
    tls = None if options.tls is None else Tls(listening.tls_context(options.tls), options.tls)
    sockets = listening.bound(options.address)
    listening.allow_many()
    told = partial(_tell, options, sockets)
    serving = _Serving(backend_factory, options, sockets, tls)
    code = serving.alone(told) if options.workers == 1 else serving.together(told)
    notify(STOPPING)
    return code


def _tell(options: ServeOptions, sockets: list[socket.socket]) -> None:
    url = listening.url_of(options, sockets)
    notices.tell_address(options.target, url)
    notify(READY)


class _Serving:
    """The ways to serve: in this process, or in several below it."""

    def __init__(
        self,
        backend_factory: BackendFactory,
        options: ServeOptions,
        sockets: list[socket.socket],
        tls: Tls | None,
    ) -> None:
        self._backend_factory = backend_factory
        self._options = options
        self._sockets = sockets
        self._tls = tls

    def alone(self, ready: Callable[[], None]) -> int:
        """Serve in this process."""
        address = self._options.metrics
        if address is None:
            return self._serve(self._post(ready))
        from bgconsole.server import metrics

        meters = metrics.Meters()
        server = metrics.listening(address, lambda: meters.registry)
        threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
        try:
            return self._serve(self._post(ready), meters)
        finally:
            server.shutdown()
            server.server_close()

    def together(self, ready: Callable[[], None]) -> int:
        """Serve in several processes, and in one more the metrics of them all."""
        address = self._options.metrics
        works: tuple[Work, ...] = (self._work,) * self._options.workers
        if address is None:
            return Supervisor(works, ready, self._close, _forget).run()
        folder = tempfile.mkdtemp(prefix=_PREFIX)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        try:
            from bgconsole.server import metrics

            server = metrics.listening(address, metrics.shared_registry)
            works = (*works, partial(_serve_metrics, server))
            return Supervisor(works, ready, self._close, metrics.buried).run()
        finally:
            shutil.rmtree(Path(folder), ignore_errors=True)

    def _close(self) -> None:
        """Whoever connects from now on is refused, and does not wait for an answer in vain."""
        for one in self._sockets:
            one.close()

    def _work(self, lifeline: int, ready: Callable[[], None]) -> int:
        post = self._post(ready, lifeline)
        if self._options.metrics is None:
            return self._serve(post)
        from bgconsole.server import metrics

        try:
            meters = metrics.Meters()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            notices.tell(f"Metrics are turned off, because there is no room for them ({reason}).")
            return self._serve(post)
        return self._serve(post, meters)

    def _post(self, ready: Callable[[], None], lifeline: int | None = None) -> Post:
        return Post(self._sockets, self._tls, ready, lifeline)

    def _serve(self, post: Post, meters: "Meters | None" = None) -> int:
        settings = self._options.settings
        observers: list[Observer] = [access_log.write, partial(_know, post.room)]
        streams = Streams(settings.max_streams)
        if meters is not None:
            observers.append(meters.count)
            streams.changed = meters.stream_changed
        app = create_app(
            self._backend_factory, settings, observers=observers, streams=streams, meters=meters
        )
        return serve(app, streams, post)


def _know(room: Room, exchange: Exchange) -> None:
    """Whoever was let in keeps their connections when there is no room for all."""
    if exchange.let_in:
        room.know(bucket_of(exchange.peer))


def _serve_metrics(server: ThreadingHTTPServer, lifeline: int, ready: Callable[[], None]) -> int:
    """Show what the workers counted, until told to stop or left alone."""
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _number, _frame: os._exit(0))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.read(lifeline, 1)
    return 0


def _forget(pid: int) -> None:
    """Nothing is kept of a worker that ended."""
