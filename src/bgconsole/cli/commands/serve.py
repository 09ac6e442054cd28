"""The server for consoles on other machines: its ports, its TLS, the proxies it trusts."""

import importlib.util
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bgconsole.cli.context import Invocation
from bgconsole.cli.errors import CommandError, Exit
from bgconsole.cli.group import Command

if TYPE_CHECKING:
    from bgconsole.compose import Target

DEFAULT_PORT: Final = 8443

_NEEDED: Final = ("fastapi", "uvicorn", "prometheus_client")
_FILE: Final = click.Path(dir_okay=False, path_type=Path)
_PORT: Final = click.IntRange(0, 65535)


class _Network(click.ParamType[IPv4Network | IPv6Network]):
    """An address, or a network as 10.0.0.0/8."""

    name = "network"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> IPv4Network | IPv6Network:
        try:
            network = ip_network(value, strict=False)
        except ValueError:
            self.fail(
                f"{value!r} is not a network: write 10.0.0.0/8, or a single address", param, ctx
            )
        if network.prefixlen == 0:
            self.fail(
                f"{value!r} matches every address: anyone could forge their address", param, ctx
            )
        return network


def _public_url(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from bgconsole.targets.server_url import ServerUrlError, normalised

    try:
        return normalised(value)
    except ServerUrlError as error:
        raise click.UsageError(f"{error.message}. {error.remedy}") from error


@click.command(
    "serve",
    cls=Command,
    password="",
    example="bgconsole serve --host 0.0.0.0 --tls-cert team.crt --tls-key team.key\n"
    "bgconsole serve --trusted-proxy 127.0.0.1 --metrics-port 9464",
)
@click.option(
    "--host",
    metavar="HOST",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on.",
)
@click.option(
    "--port",
    type=_PORT,
    default=DEFAULT_PORT,
    show_default=True,
    help="The port to listen on; 0 chooses a free one.",
)
@click.option(
    "--tls-cert", type=_FILE, metavar="F", help="The TLS certificate with its chain (PEM)."
)
@click.option("--tls-key", type=_FILE, metavar="F", help="The TLS key (PEM).")
@click.option(
    "--behind-tls-proxy",
    is_flag=True,
    help="Speak plain HTTP, because a proxy in front terminates TLS.",
)
@click.option(
    "--trusted-proxy",
    "proxies",
    type=_Network(),
    multiple=True,
    metavar="CIDR",
    help="Trust X-Forwarded-For from this proxy. Repeatable.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="The number of processes.",
)
@click.option(
    "--public-url",
    metavar="URL",
    callback=_public_url,
    help="The address where browsers reach this server (https://…), for the server flow of SSO.",
)
@click.option("--metrics-port", type=_PORT, help="Serve metrics for Prometheus on this port.")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, metavar="HOST")
@click.pass_obj
def serve(
    invocation: Invocation,
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    behind_tls_proxy: bool,
    proxies: tuple[IPv4Network | IPv6Network, ...],
    workers: int,
    public_url: str | None,
    metrics_port: int | None,
    metrics_host: str,
) -> int:
    """Serve the team to consoles on other machines.

    They connect with --server. Each request is logged to standard output as a line of JSON, without
    names or secrets. On SIGTERM the server finishes running requests; on SIGHUP it loads a renewed
    certificate. With --json its address is the first line of the output, and notices are JSON too.
    """
    invocation.in_lines = True
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key are only valid together")
    if tls_cert is not None and behind_tls_proxy:
        raise click.UsageError(
            "Use either --tls-cert and --tls-key or --behind-tls-proxy, not both"
        )
    target = replace(_database(invocation), public_url=public_url)
    _check_installed()
    from bgconsole import compose
    from bgconsole.server.options import Address, ServeError, ServeOptions, TlsFiles
    from bgconsole.server.run import run
    from bgconsole.server.settings import ServerSettings

    options = ServeOptions(
        target=target.url,
        address=Address(host, port),
        tls=None if tls_cert is None or tls_key is None else TlsFiles(tls_cert, tls_key),
        behind_tls_proxy=behind_tls_proxy,
        workers=workers,
        metrics=None if metrics_port is None else Address(metrics_host, metrics_port),
        as_json=invocation.as_json,
        settings=ServerSettings(trusted_proxies=proxies),
    )
    try:
        return run(lambda: compose.open_backend(target), options)
    except ServeError as error:
        code = Exit.USAGE if error.misused else Exit.FAILED
        raise CommandError(error.message, error.remedy, code) from error


def _database(invocation: Invocation) -> "Target":
    invocation.demand_right_settings()
    target = invocation.target()
    if target.is_server:
        raise click.UsageError("A server needs the database itself: name it with --database")
    return target


def _check_installed() -> None:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CommandError(
            f"The server extra is not installed ({', '.join(missing)})",
            "Run: pip install 'bgconsole[server]'",
        )
