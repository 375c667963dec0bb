"""Appeals: an affected customer asks for a person, and a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import orjson
import sqlalchemy as sa

from gauger.act.cases.audit import Act, Deed, put_on_record
from gauger.act.cases.casebook import add_event, case_in
from gauger.act.cases.tables import CASES
from gauger.model.case import DECIDED, Case, CaseState
from gauger.model.decision import Reason
from gauger.model.errors import UsageError

LONGEST: Final = 4_000
"""Characters of a statement."""
MOST: Final = 5
"""Statements in one case until a person has decided."""
CUSTOMER: Final = "customer"
APPEALED: Final = "appealed"


class TooMany(Exception):
    """A case has as many statements as a person can be asked to read at once."""


def open_case(database: sa.Engine, reference: str, statement: str) -> Case | None:
    """Takes down an affected customer's statement, upon which the case waits for a person; null
    where no answer has this reference. Raises TooMany."""
    statement = statement.strip()[:LONGEST].replace("\0", "\ufffd")
    with database.begin() as connection:
        case = case_in(connection, reference, to_change=True)
        if case is None:
            return None
        since = [
            event
            for event in case.events or ()
            if event.what == APPEALED and (case.decided is None or event.moment > case.decided)
        ]
        if len(since) >= MOST:
            raise TooMany
        now = add_event(connection, reference, APPEALED, CUSTOMER, statement)
        if not case.waits:
            where = CASES.c.reference == reference
            connection.execute(CASES.update().where(where).values(opened=now))
            put_on_record(connection, Deed(Act.CASE_OPENED, CUSTOMER, {"reference": reference}))
        return case_in(connection, reference)


def decide_case(
    database: sa.Engine,
    reference: str,
    outcome: CaseState,
    by: str,
    reason: str,
    *,
    told: str = "",
    until: datetime | None = None,
    models: Sequence[str] = (),
) -> Case:
    """Writes down what a person decided of a case, and why.

    `told` is what the customer reads; `until` ends the decision, `models` are those for which the
    answer holds on where the case is narrowed. Raises UsageError for what cannot be decided.
    """
    _possible(outcome, by, reason, until, models)
    with database.begin() as connection:
        case = case_in(connection, reference, to_change=True)
        if case is None:
            raise UsageError("there is no such case", f"`{reference}`", "see `gauger cases list`")
        if outcome is not CaseState.UPHELD and case.basis.reason is Reason.TIER_REQUIRED:
            raise UsageError(
                "a reserved model is opened by a tier, not by a case", f"`{outcome.value}`",
                "give the account its tier, or change `[[reserved]]` in the policy",
            )  # fmt: skip
        now = add_event(connection, reference, outcome.value, by.strip(), reason.strip(), told)
        connection.execute(
            CASES.update()
            .where(CASES.c.reference == reference)
            .values(
                state=outcome.value, decided=now, until=until,
                models=orjson.dumps(list(models)).decode(),
            )
        )  # fmt: skip
        put_on_record(
            connection,
            Deed(
                Act.CASE_DECIDED,
                by.strip(),
                {
                    "reference": reference,
                    "outcome": outcome.value,
                    "basis": case.basis_sha256,
                    "until": None if until is None else until.isoformat(),
                },
            ),
        )
    with database.connect() as connection:
        decided = case_in(connection, reference)
    if decided is None:  # pragma: no cover - cases are never removed
        raise UsageError("the case has gone", f"`{reference}`", "see `gauger cases list`")
    return decided


def _possible(
    outcome: CaseState, by: str, reason: str, until: datetime | None, models: Sequence[str]
) -> None:
    if outcome not in DECIDED:
        raise UsageError(
            "that cannot be decided", f"`{outcome.value}`",
            f"decide {', '.join(each.value for each in DECIDED)}",
        )  # fmt: skip
    if not by.strip() or not reason.strip():
        raise UsageError(
            "a decision needs a person and a reason", "neither or one", "name both"
        )  # fmt: skip
    if until is not None and until <= datetime.now(UTC):
        raise UsageError("the decision would have ended", f"`{until}`", "name a later time")
    if bool(models) != (outcome is CaseState.NARROWED):
        raise UsageError(
            "only what is narrowed names models, and it must", f"{len(models)} models",
            "name the models for which the answer holds on with `narrowed`, and with nothing else",
        )  # fmt: skip
