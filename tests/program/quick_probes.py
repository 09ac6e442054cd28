"""The program with one change: half a second passes between two probes of an identity provider."""

import sys

from bgconsole.policy import idp_health

# Before the backend is imported, which takes its pause from here.
idp_health.PROBE_EVERY = 0.5

from bgconsole.cli.main import main  # noqa: E402 (found as it was changed above)

sys.exit(main())
