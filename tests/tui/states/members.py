"""The members' tab: everybody, some by letters, and what is asked before something is done."""

from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, main_screen


async def _members(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("m")
    await screen.see("by email", "ana@harbor.example")


async def _search(screen: Console, scene: Scene) -> None:
    await _members(screen, scene)
    await screen.press("slash")
    await screen.type("na")
    await screen.see("found")


async def _nobody(screen: Console, scene: Scene) -> None:
    await _members(screen, scene)
    await screen.press("slash")
    await screen.type("zoe")
    await screen.see('No match for "zoe"')


async def _find(screen: Console, name: str) -> None:
    await screen.press("slash")
    await screen.type(name)
    await screen.see("1 found")
    await screen.press("enter")


async def _in_full(screen: Console, scene: Scene) -> None:
    await _members(screen, scene)
    await _find(screen, "raj")
    await screen.press("enter")
    await screen.see("A member of the team")


async def _add(screen: Console, scene: Scene) -> None:
    await _members(screen, scene)
    await screen.press("a")
    await screen.see("Add somebody to the team")
    await screen.type("ken@harbor.example")
    await screen.press("enter")
    await screen.see("already a member")


async def _added(screen: Console, scene: Scene) -> None:
    await _members(screen, scene)
    await screen.press("a")
    await screen.type("uma@harbor.example")
    await screen.press("enter", "tab", "tab", "right", "ctrl+s")
    await screen.see("uma@harbor.example was added")


async def _role(screen: Console, scene: Scene) -> None:
    await _members(screen, scene)
    await _find(screen, "mia")
    await screen.press("r")
    await screen.see("Change the role")
    await screen.press("right")
    await screen.see("Make a member")


async def _email(screen: Console, scene: Scene) -> None:
    await _members(screen, scene)
    await _find(screen, "mia")
    await screen.press("E")
    await screen.see("Change the email")
    await screen.press("ctrl+u")
    await screen.type("ken@harbor.example")
    await screen.press("enter")
    await screen.see("Somebody else has this email")


async def _remove(screen: Console, scene: Scene) -> None:
    await _members(screen, scene)
    await _find(screen, "tom")
    await screen.press("X")
    await screen.see("Remove from the team?")


async def _reset(screen: Console, scene: Scene) -> None:
    await _members(screen, scene)
    await _find(screen, "tom")
    await screen.press("C")
    await screen.see("Reset the password?")


_PEOPLE = """email,name,role,sso_only
grace@harbor.example,Grace Lind,admin,no
pavel@harbor.example,Pavel Orlov,,no
ken@harbor.example,Ken Watanabe,member,no
rosa@harbor,Rosa Dietz,boss,no
iris@harbor.example,Iris Vane,,perhaps
yuki@harbor.example,Yuki Mori,,yes
pavel@harbor.example,Pavel,,no
"""


async def _preview(screen: Console, scene: Scene) -> None:
    file = scene.path.with_name("people.csv")
    file.write_text(_PEOPLE)
    await _members(screen, scene)
    await screen.press("i")
    await screen.see("Import people from a CSV file")
    await screen.type(f"{file}")
    await screen.see_row("› people.csv")
    await screen.press("enter")
    await screen.see("What would be imported")
    await screen.press("tab", "right", "tab", "ctrl+u")
    await screen.type("~/codes.csv")
    await screen.press("shift+tab", "shift+tab")


STATES = (
    State("members", _members),
    State("members-search", _search),
    State("members-nobody", _nobody),
    State("members-import", _preview),
    State("members-person", _in_full),
    State("members-add", _add),
    State("members-added", _added),
    State("members-role", _role),
    State("members-email", _email),
    State("members-remove", _remove),
    State("members-reset", _reset),
)
