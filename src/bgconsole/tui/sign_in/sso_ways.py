"""The part of the sign-in screen that knows the identity providers: their keys and their outage."""

from functools import partial

from bgconsole.backend.identity import SignInWay, Welcome
from bgconsole.policy.idp_words import IdpWord
from bgconsole.policy.refusals import Code, refusal
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.render.keys import WAY_KEYS
from bgconsole.tui.kit.session_messages import SessionOpened
from bgconsole.tui.model.session import Session
from bgconsole.tui.sign_in.entry import EntryScreen
from bgconsole.tui.sign_in.render import entry
from bgconsole.tui.sign_in.render import sign_in as render


def _is_there(number: int, screen: "SsoWaysScreen") -> bool:
    """Only ways that are on the screen have a key."""
    return screen.offers_ways and number < len(screen.ways)


class SsoWaysScreen(EntryScreen[None]):
    """Extended by the screen that has a place for them."""

    ACTIONS = tuple(
        Action(None, f"f{key}", "", "", f"sso({number})", offered=partial(_is_there, number))
        for number, key in enumerate(WAY_KEYS)
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._welcome: Welcome | None = None

    @property
    def team(self) -> str | None:
        """As the backend says."""
        return self._welcome.team if self._welcome else None

    @property
    def email(self) -> str:
        """Who the provider's page begins with; empty where nobody is named."""
        raise NotImplementedError

    @property
    def offers_ways(self) -> bool:
        """Whether the ways are on the screen."""
        raise NotImplementedError

    @property
    def ways(self) -> tuple[SignInWay, ...]:
        """The identity providers, as the backend says."""
        return self._welcome.ways if self._welcome is not None else ()

    def action_sso(self, number: int) -> None:
        """Sign in at that provider, or say that it is not set up."""
        way = self.ways[number]
        if not way.configured:
            self.say("answer", partial(entry.refused, refusal(Code.SSO_UNCONFIGURED)))
            return
        # Where everybody has a password, nobody needs it.
        from bgconsole.tui.proof.sso_dialog import SsoDialog

        dialog = SsoDialog(self.session, way.slug, email=self.email)
        self.app.push_screen(dialog, self._by_sso)

    def _by_sso(self, opened: bool | None) -> None:
        if opened:
            self.post_message(SessionOpened())

    def draw_banner(self) -> None:
        """Say which provider is down."""
        down = [way for way in self.ways if way.word is IdpWord.DOWN]
        self.query_one("#banner").display = bool(down)
        if self._welcome is not None and down:
            self.say("banner", partial(render.banner, self._welcome, down[0]))
