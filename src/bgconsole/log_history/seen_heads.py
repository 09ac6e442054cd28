"""The last record that this user saw of each log: one private file a log, named by its first hash.

So that a log that was set back to an older copy is noticed by whoever read further before.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from bgconsole.files import private_file, private_folder
from bgconsole.files.user_folders import state_folder
from bgconsole.policy.audit import AuditHead

FOLDER: Final = "heads"
_MOST_BYTES: Final = 4096
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SeenHead:
    """The newest record seen, and the hashes of the acknowledgements that were before it."""

    head: AuditHead
    acknowledged: tuple[str, ...] = ()


def load(log: str) -> SeenHead | None:
    """What was seen last of the log whose first record has this hash; None: nothing.

    What cannot be understood says nothing. Raises OSError (NoFolderError where there is no folder).
    """
    try:
        with _path(log).open("rb") as file:
            told: object = json.loads(file.read(_MOST_BYTES))
    except FileNotFoundError:
        return None
    except ValueError:
        return None
    fields = cast("dict[str, object]", told) if isinstance(told, dict) else {}
    seq, hash_ = fields.get("seq"), fields.get("hash")
    known = fields.get("acknowledged")
    if not isinstance(seq, int) or not isinstance(hash_, str) or not _HASH.fullmatch(hash_):
        return None
    hashes = cast("list[object]", known) if isinstance(known, list) else [known]
    acknowledged = tuple(one for one in hashes if isinstance(one, str) and is_log(one))
    return SeenHead(AuditHead(seq, hash_), acknowledged)


def save(log: str, seen: SeenHead) -> None:
    """Keep it in the place of what was kept. Raises OSError as `load` does."""
    path = _path(log)
    private_folder.make(path.parent)
    with private_file.replaced(path) as file:
        told = {"seq": seen.head.seq, "hash": seen.head.hash, "acknowledged": seen.acknowledged}
        json.dump(told, file)


def is_log(name: str) -> bool:
    """Whether `name` may be a log's: it comes from a server, and becomes the name of a file."""
    return _HASH.fullmatch(name) is not None


def _path(log: str) -> Path:
    return state_folder() / FOLDER / f"{log}.json"
