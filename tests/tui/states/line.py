"""The line to a server drops under the console: what it says meanwhile. The line here is acted."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

from bgconsole.backend.errors import UnreachableError
from bgconsole.backend.line import LineListener, LineState, LineStatus
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.protocol import Backend
from bgconsole.demo.people import KEN
from bgconsole.policy.audit import AuditEvent
from bgconsole.policy.refusals import Code, refusal
from bgconsole.tui.model.connection import Connection
from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, is_wide, main_screen

_HOST = "glass.harbor.example"
_LOST = refusal(
    Code.UNREACHABLE,
    f"No server answers at https://{_HOST}",
    "Look at host and port, and whether it is running",
)


@dataclass(eq=False)
class _Afar:
    """The team as over a server, by a line that can be cut."""

    team: LocalBackend
    cut: asyncio.Event = field(default_factory=asyncio.Event)
    listeners: list[LineListener] = field(default_factory=list[LineListener])

    def on_line(self, listener: LineListener) -> None:
        self.listeners.append(listener)

    async def audit_follow(self, *asked: Any) -> AsyncIterator[tuple[AuditEvent, ...]]:
        """What happens until the line is cut."""
        following = aiter(self.team.audit_follow(*asked))
        cut = asyncio.ensure_future(self.cut.wait())
        while True:
            came = asyncio.ensure_future(anext(following))
            await asyncio.wait((came, cut), return_when=asyncio.FIRST_COMPLETED)
            if not came.done():
                came.cancel()
                raise UnreachableError(_LOST)
            yield came.result()

    def __getattr__(self, name: str) -> Any:
        """Everything else that a team can be asked, while there is a line."""
        asked = getattr(self.team, name)
        if name == "close" or not inspect.iscoroutinefunction(asked):
            return asked

        async def ask(*values: Any, **named: Any) -> Any:
            if self.cut.is_set():
                raise UnreachableError(_LOST)
            return await asked(*values, **named)

        return ask


def _by_a_line(connection: Connection, scene: Scene) -> Connection:
    def afar() -> Backend:
        return cast("Backend", cast("object", _Afar(scene.backend())))

    place = f"server · {_HOST}"
    return replace(connection, open=afar, place=place, host=_HOST, server=True)


async def _tell(screen: Console, scene: Scene, state: LineState) -> _Afar:
    """The line is now like this."""
    afar = cast("_Afar", cast("object", await screen.app.session.backend()))
    said = _LOST.message if state is LineState.DOWN else ""
    for listener in tuple(afar.listeners):
        listener(LineStatus(state, said, scene.clock()))
    return afar


async def _lost(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    await screen.press("escape")
    afar = await _tell(screen, scene, LineState.DOWN)
    afar.cut.set()
    scene.clock.advance(minutes=4)
    await screen.minute()
    await screen.see(f"Lost connection to {_HOST} 4 min ago", "03:12")
    if is_wide(screen):
        await screen.see("× not connected")


async def _in_doubt(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("down", "x")
    await screen.see_row("− mia@harbor.example")
    await _tell(screen, scene, LineState.CHECKING)
    await screen.see("Outcome unknown, checking")


STATES = (
    State("line-lost", _lost, connected=_by_a_line),
    State("line-in-doubt", _in_doubt, connected=_by_a_line),
)
