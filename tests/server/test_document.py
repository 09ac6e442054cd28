"""The OpenAPI document: complete, and true of what the server does."""

from typing import Any

import msgspec
import pytest

from bgconsole.backend import wire
from bgconsole.backend.wire import IDEMPOTENCY_KEY, PROBLEM_TYPE
from bgconsole.policy.refusals import Code
from bgconsole.server import examples
from bgconsole.server.app import OPERATIONS
from bgconsole.server.operations import Admission
from tests.server.site import Site


@pytest.fixture
async def document(site: Site) -> dict[str, Any]:
    """The document, as whoever asks gets it."""
    return (await site.call("GET", "/openapi.json", by="nobody")).json()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every operation by its id."""
    return {one["operationId"]: one for path in document["paths"].values() for one in path.values()}


async def test_it_has_every_operation_with_words_and_a_token_where_one_is_asked_for(
    document: dict[str, Any],
) -> None:
    found = operations(document)
    assert found.keys() == {one.name for one in OPERATIONS}
    assert document["openapi"].startswith("3.1")
    for one in OPERATIONS:
        said = found[one.name]
        assert said["summary"]
        assert ({"bearer": []} in said["security"]) == (one.admission is not Admission.ANYBODY)
        names = {parameter["name"]: parameter for parameter in said.get("parameters", ())}
        assert (IDEMPOTENCY_KEY in names) == one.keyed
        assert ("If-Match" in names) == one.matched
        assert ("requestBody" in said) == (one.body is not None)


async def test_every_refusal_has_its_codes_with_examples(document: dict[str, Any]) -> None:
    for name, said in operations(document).items():
        refusals = {int(status): one for status, one in said["responses"].items() if status > "3"}
        assert {422, 500} <= refusals.keys(), name
        for status, one in refusals.items():
            (kind,) = one["content"]
            if kind == "text/html":
                continue  # the page that a browser shows
            assert kind == PROBLEM_TYPE
            for code, example in one["content"][kind]["examples"].items():
                assert Code(code)
                problem = msgspec.convert(example["value"], wire.Problem)
                assert (problem.status, problem.code) == (status, code)
        if 401 in refusals:
            assert "WWW-Authenticate" in refusals[401]["headers"]
        if 503 in refusals:
            assert "Retry-After" in refusals[503]["headers"]


@pytest.mark.parametrize("kind", list(examples.BODIES), ids=lambda kind: kind.__name__)
def test_the_example_of_a_body_is_one(kind: type) -> None:
    encoded = msgspec.json.encode(examples.BODIES[kind])
    assert msgspec.json.decode(encoded, type=kind) == examples.BODIES[kind]


def test_every_body_has_an_example() -> None:
    bodies = {one for name, one in vars(wire).items() if name.endswith("Body")}
    assert bodies - {wire.MemberBody} == examples.BODIES.keys()


async def test_bodies_are_closed_and_every_reference_leads_somewhere(
    document: dict[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    for name in ("SettingsBody", "MembersBody", "MemberBody", "Override", "LoginBody"):
        assert schemas[name]["additionalProperties"] is False
    assert references(document) <= {f"#/components/schemas/{name}" for name in schemas}
    for said in operations(document).values():
        for one in said["responses"].values():
            for name in one.get("links", {}):
                assert name in operations(document)


async def test_it_tells_no_secret_and_no_place(document: dict[str, Any], site: Site) -> None:
    text = msgspec.json.encode(document).decode()
    for token in filter(None, site.tokens.values()):
        assert token not in text
    assert "/work" not in text
    assert "sqlite" not in text


def references(node: Any) -> set[str]:
    """Everything that is referred to below `node`."""
    if isinstance(node, list):
        return set[str]().union(*map(references, node))
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return own.union(*map(references, node.values()))
