"""Every kind of place that a team may live in: the contract suite runs on each of them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.backend.through_server import RemoteDeployment
from tests.backend.world import Deployment, PostgresDeployment, SqliteDeployment

Made = Callable[[Path], Deployment]

LOCAL: dict[str, Made] = {"postgresql": PostgresDeployment, "sqlite": SqliteDeployment}


def _through_server(made: Made, folder: Path) -> Deployment:
    return RemoteDeployment(made(folder), folder)


DEPLOYMENTS = LOCAL | {
    f"remote-{kind}": partial(_through_server, made) for kind, made in LOCAL.items()
}
"""Each of them, and once more as it is reached through a server process."""
