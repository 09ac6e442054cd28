"""What somebody does about their own session: read-only, and their password."""

from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.main.scope import MainScope


class OwnSession:
    """Of one screen."""

    def __init__(self, scope: MainScope) -> None:
        self._scope = scope

    def switch_read_only(self) -> None:
        """Switch this console's own changes off, or on again; drafts stay."""
        screen, workspace = self._scope.screen, self._scope.workspace
        workspace.switch_read_only()
        if workspace.read_only:
            kept = "Your draft is kept. " if workspace.unsaved else ""
            tell(screen, Tone.CARE, "Read-only: no changes from here", f"{kept}R ends it")
        else:
            tell(screen, Tone.DONE, "Changes are allowed again")

    def change_password(self) -> None:
        """Change one's own password."""
        from bgconsole.tui.sign_in.password_screen import PasswordDialog

        state = self._scope.workspace.state
        if state is not None:
            me = state.me
            dialog = PasswordDialog(self._scope.session, (me.email, me.name, me.team))
            self._scope.screen.app.push_screen(dialog, self._password_changed)

    def _password_changed(self, changed: bool | None) -> None:
        if changed:
            what = "Password changed"
            tell(self._scope.screen, Tone.DONE, what, "Your other sessions have ended")
