"""Looks whether the clock went back, so that it is on record before anything else happens.

Every process that works with the database for long looks: servers, watchers and consoles.
"""

from bgconsole.backend.local import audit, clock_step
from bgconsole.backend.local.parts import Parts
from bgconsole.policy.clock import is_from_future


def look(parts: Parts) -> None:
    """Put a step back on record, if there is one; costs one read otherwise.

    Raises the BackendErrors of a database that cannot be read or written.
    """
    with parts.database.read() as connection:
        newest = clock_step.newest_stamp(connection)
    if newest is None or not is_from_future(newest, parts.clock()):
        return
    with parts.database.write() as connection:
        now = parts.clock()
        step = clock_step.with_step(connection, (), now)
        if step:
            audit.append(connection, step, now)
        connection.commit()
    parts.database.committed()
