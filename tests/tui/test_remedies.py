"""What to do about a refusal is named by the console's keys in the console."""

import pytest

from bgconsole.policy.refusals import Code, refusal
from bgconsole.tui.kit.render.remedies import HOW, remedy_here

COMMANDS_ONLY = {Code.UNKNOWN_TOKEN, Code.OLDER_SCHEMA, Code.UNREACHABLE}
"""What the console has no key for: tokens, an old schema, a database that does not answer."""


@pytest.mark.parametrize("code", [code for code in Code if code not in COMMANDS_ONLY])
def test_no_remedy_in_the_console_names_a_command(code: Code) -> None:
    told = remedy_here(refusal(code))
    assert "bgconsole " not in told
    assert "--" not in told
    assert "/openapi" not in told


@pytest.mark.parametrize("code", HOW)
def test_the_words_of_the_specification_stay_before_the_keys(code: Code) -> None:
    refused = refusal(code)
    assert remedy_here(refused).startswith(f"{refused.remedy}: ")


def test_words_more_exact_than_those_of_the_code_stay_as_they_are() -> None:
    refused = refusal(Code.UNKNOWN_MEMBER, remedy="Find them with /")
    assert remedy_here(refused) == "Find them with /"
