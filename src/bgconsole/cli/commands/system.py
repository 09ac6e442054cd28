"""The database itself: its condition and its schema."""

from typing import TYPE_CHECKING

import click

from bgconsole.backend.values import Finding, Severity
from bgconsole.cli import shapes
from bgconsole.cli.audit_history import history_finding
from bgconsole.cli.context import Invocation
from bgconsole.cli.errors import Exit
from bgconsole.cli.group import Command
from bgconsole.cli.output import print_json, say, signs
from bgconsole.files.tokens import TokenFileError
from bgconsole.policy.text import visible

if TYPE_CHECKING:
    from bgconsole.compose import Target


@click.command("doctor", cls=Command, password="", example="bgconsole doctor")
@click.pass_obj
def doctor(invocation: Invocation) -> int:
    """Check the installation and say how to fix problems.

    It shows no names and needs no sign-in; a server shows more to owners and admins. Exits with
    code 3 if there is a problem.
    """
    target, fault = invocation.target_in_spite_of_settings()
    token, tokens = _kept_token(invocation, target)
    # Where the database is, nobody needs one for the rest.
    with invocation.connect_to(target, token if target.is_server else None) as team:
        findings = [*team.run(team.backend.doctor(team.caller)), *tokens]
        findings += history_finding(team, token)
    fault = fault or invocation.settings_fault()
    if fault is not None:
        findings.append(Finding("settings", Severity.PROBLEM, fault.message, fault.remedy))
    problem = any(finding.severity is Severity.PROBLEM for finding in findings)
    if invocation.as_json:
        print_json({"ok": not problem, "findings": [shapes.finding(one) for one in findings]})
    else:
        for finding in findings:
            _say(finding)
    return Exit.NOT_READY if problem else Exit.DONE


def _kept_token(invocation: Invocation, target: "Target") -> tuple[str | None, list[Finding]]:
    """The token that tells who asks, and what is wrong with the place for tokens."""
    try:
        token = invocation.token(target)
    except TokenFileError as error:
        return None, [Finding("tokens", Severity.NOTE, error.message, error.remedy)]
    return token, []


def _say(finding: Finding) -> None:
    yes, no = signs()
    sign = {Severity.OK: yes, Severity.NOTE: "!", Severity.PROBLEM: no}[finding.severity]
    say(f"{sign} {visible(finding.check)}: {visible(finding.detail)}")
    if finding.remedy:
        say(f"    {visible(finding.remedy)}")


@click.command("upgrade", cls=Command, password="", example="bgconsole upgrade")
@click.pass_obj
def upgrade(invocation: Invocation) -> None:
    """Upgrade the database schema to this version of bgconsole.

    A copy of the database is made first. A local SQLite database is also upgraded at every start.
    """
    invocation.demand_database("upgrade")
    with invocation.connect(signed_in=False) as team:
        outcome = team.run_change(team.backend.upgrade())
    if invocation.as_json:
        print_json({"outcome": outcome})
    else:
        say(f"Schema: {visible(outcome)}")
