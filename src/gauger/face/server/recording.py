"""What a service does on the audit log: that it began and ended, and live answers by counts.

Entries wait for a database that is away, and then say all that came together meanwhile.
"""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

import gauger
from gauger.act.cases.audit import Act, Deed, Detail, record
from gauger.act.decisions.decider import Decider
from gauger.model.decision import Answer, Reason

EVERY: Final = 60.0
"""Seconds that live answers are counted together."""
_FAILURES: Final = (Reason.FAILED_OPEN, Reason.FAILED_CLOSED)


@dataclass
class Recording:
    """One per process, which it names by a few random characters."""

    decider: Decider
    process: str = field(default_factory=lambda: f"serve {secrets.token_hex(4)}")
    _told: Counter[tuple[str, str]] = field(default_factory=Counter)

    def begin(self, database: sa.Engine) -> None:
        """Puts on record that the service answers from now on, and by what."""
        policy = self.decider.policy
        said: dict[str, Detail] = {
            "version": gauger.__version__,
            "policy_version": policy.version,
            "live_share": policy.live_share,
            "fails": "open" if policy.fails_open else "closed",
        }
        record(database, Deed(Act.SERVE_STARTED, self.process, said))

    def tell(self, database: sa.Engine) -> None:
        """Puts on record what was answered since it last did, where anything but allowed."""
        counted = self._counted()
        deeds = []
        for act, failed in ((Act.ANSWERS, False), (Act.FAILURES, True)):
            more: dict[str, Detail] = {
                f"{answer}/{reason}": count - self._told[answer, reason]
                for (answer, reason), count in sorted(counted.items())
                if (reason in _FAILURES) is failed and count > self._told[answer, reason]
            }
            if more:
                deeds.append(Deed(act, self.process, more))
        if deeds:
            record(database, *deeds)
            self._told = counted

    def end(self, database: sa.Engine) -> None:
        """The last of it, and that the service has ended."""
        self.tell(database)
        record(database, Deed(Act.SERVE_STOPPED, self.process))

    def _counted(self) -> Counter[tuple[str, str]]:
        counted: Counter[tuple[str, str]] = Counter()
        for (answer, _, reason), count in list(self.decider.counted.items()):
            if answer is not Answer.ALLOW or reason in _FAILURES:
                counted[answer.value, reason.value] += count
        return counted
