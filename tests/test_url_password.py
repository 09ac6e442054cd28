"""A password in a database's URL is seen, whichever way it is written."""

import pytest

from bgconsole.targets.url_password import holds_password


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://ada:plum@db.example.com/team",
        "postgresql+psycopg://ada:pl/um@db.example.com/team",
        "postgresql+psycopg://ada:pl?um@db.example.com/team",
        "postgresql+psycopg://ada:@db.example.com/team",
        "postgresql+psycopg://db.example.com/team?password=plum",
        "postgresql+psycopg://db.example.com/team?user=ada&password=plum",
        "postgresql+psycopg://db.example.com/team?user=ada;PassWord=plum",
        "postgresql+psycopg://db.example.com/team?sslpassword=plum",
        "postgresql+psycopg://db.example.com/team?%70assword=plum",
        "postgresql+psycopg://db.example.com/team?user=ada&%70%61%73%73%77%6f%72%64=plum",
        "postgresql+psycopg://db.example.com/team?pass%57ord=plum",
        "postgresql+psycopg:///team?host=a?%50ASSWORD=plum",
    ],
)
def test_a_password_is_seen(url: str) -> None:
    assert holds_password(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "team.db",
        "sqlite:////srv/team.db",
        "sqlite:////srv/a:b/c@d.db",
        "postgresql+psycopg://ada@db.example.com:5432/team",
        "postgresql+psycopg://db1:5432,db2:5432/team?sslmode=verify-full",
        "postgresql+psycopg:///?service=password",
        "postgresql+psycopg:///team?passfile",
    ],
)
def test_other_urls_have_none(url: str) -> None:
    assert not holds_password(url)
