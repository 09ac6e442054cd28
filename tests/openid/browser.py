"""A browser without a window: cookies, redirects, and forms that are filled in."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(found.get("action", "")))
        elif tag == "input" and self.forms and "name" in found:
            self.forms[-1].fields[found["name"]] = found.get("value", "")


class Browser:
    """Visits pages of a provider on loopback until it is sent to an address in `ends`."""

    def __init__(self, ends: str = "http://127.0.0.1/callback") -> None:
        self.ends = ends
        self.url = ""
        self.page = ""
        self.status = 0
        self._cookies: dict[str, str] = {}

    def visit(self, url: str, form: dict[str, str] | None = None) -> str:
        """Go there, following redirects; gives where that ended."""
        for _ in range(20):
            if _address(url).startswith(self.ends):
                self.url = url
                return url
            location = self._load(url, form)
            if location is None:
                self.url = url
                return url
            url, form = urljoin(url, location), None
        raise AssertionError(f"redirected too often, last to {url}")

    def submit(self, **values: str) -> str:
        """Send the page's first form with these values."""
        parser = _Forms()
        parser.feed(self.page)
        assert parser.forms, self.page
        form = parser.forms[0]
        target = urljoin(self.url, form.action) if form.action else self.url
        return self.visit(target, {**form.fields, **values})

    def sign_in(self, login: str) -> str:
        """Answer the provider's pages: who it is, then consent. Gives where that ended."""
        for _ in range(6):
            if _address(self.url).startswith(self.ends):
                break
            if 'name="login"' in self.page:
                self.submit(login=login, password="any")
            elif 'name="prompt"' in self.page or "consent" in self.page:
                self.submit()
            else:
                break
        return self.url

    def _load(self, url: str, form: dict[str, str] | None) -> str | None:
        parts = urlsplit(url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        if form is None:
            connection.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", path, urlencode(form), headers)
        answer = connection.getresponse()
        self.status, self.page = answer.status, answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        connection.close()
        return answer.headers.get("Location") if 300 <= answer.status < 400 else None


def query(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _address(url: str) -> str:
    """Without the port, which a loopback redirect may choose."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
