"""The URL of a PostgreSQL database: its password parted from it, its place named."""

import pytest

from bgconsole import compose
from bgconsole.targets import postgres_url
from bgconsole.targets.postgres_url import PostgresUrlError

_URL = "postgresql+psycopg://ann@db1:5432,db2:5433/team?target_session_attrs=read-write"


def test_a_target_keeps_hosts_and_options() -> None:
    target = compose.target_of(_URL)
    assert (target.url, target.password, target.is_postgres) == (_URL, None, True)
    assert compose.place_of(target) == "postgresql · db1:5432,db2:5433/team"
    assert compose.host_of(target) == "db1:5432,db2:5433"
    assert not compose.is_vacant(target)
    assert compose.audit_preview(target, "token") is None


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://ann:p%40ss@db/team",
        "postgresql+psycopg://ann@db/team?password=p%40ss",
    ],
)
def test_a_password_is_in_neither_url_nor_words(url: str) -> None:
    target = compose.target_of(url)
    assert target.password == "p@ss"
    assert target.url == "postgresql+psycopg://ann@db/team"
    assert "ss" not in repr(target).replace("password", "").replace("psycopg", "")


def test_a_socket_and_a_service_have_a_place_too() -> None:
    assert compose.place_of(compose.target_of("postgresql+psycopg:///team")) == (
        "postgresql · local/team"
    )
    service = compose.target_of("postgresql+psycopg://?service=acme")
    assert compose.place_of(service) == "postgresql · acme"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://ann:hunter2/x@db/team",
        "postgresql+psycopg://ann:hunter2?x@db/team",
        "postgresql+psycopg://ann:x?hunter2=@db/team?sslmode=require",
        "postgresql+psycopg://ann@db/team?sslpassword=hunter2",
        "postgresql+psycopg://ann@db/team?sslmode=require&oauth_client_secret=hunter2",
    ],
)
def test_a_secret_where_it_would_be_shown_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(PostgresUrlError) as caught:
        compose.target_of(url)
    assert "hunter2" not in f"{caught.value.message} {caught.value.remedy}"


@pytest.mark.parametrize(
    "url", ["postgresql://db/x", "postgres://db/x", "postgresql+psycopg://a b"]
)
def test_what_cannot_be_used_is_told_with_what_to_write(url: str) -> None:
    with pytest.raises(PostgresUrlError) as caught:
        compose.target_of(url)
    assert caught.value.message
    assert url not in caught.value.message


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_url, "find_spec", lambda name: None)
    with pytest.raises(PostgresUrlError) as caught:
        compose.target_of(_URL)
    assert "bgconsole[postgres]" in caught.value.remedy
