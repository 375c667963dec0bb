"""What a scan of everything leaves to later ones of what changed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from gauger.concluding import Weighed
from gauger.find.changed import some_of_each
from gauger.find.compared import sketches_kept, worth_keeping
from gauger.find.reference import reference_accounts
from gauger.model.standing import ACTIVITY_SCHEMA, Standing


def left_standing(weighed: Weighed, days: pa.Table, *, stable_key: bool) -> Standing:
    """What all accounts did, rows (DAYS_SCHEMA) of when, and the sketches of some of them.

    Without a `stable_key` no later sketch could be put beside these.
    """
    facts = weighed.facts
    found = [network.accounts for network in weighed.found]
    reference = reference_accounts(facts.exchanges, weighed.tied.candidates, found)
    again = reference.copy()
    place = {facts.ids[account]: account for accounts in found for account in accounts.tolist()}
    named = [[facts.ids[account] for account in accounts.tolist()] for accounts in found]
    again[[place[name] for name in some_of_each(named)]] = True
    kept = worth_keeping(facts.exchanges, again) if stable_key else np.zeros_like(again)
    activity = pa.table([list(facts.ids), facts.exchanges, reference, kept], ACTIVITY_SCHEMA)
    if not kept.any():
        return Standing(activity, days)
    sketches = sketches_kept(weighed.engine, weighed.sketches, facts.keys[kept])
    return Standing(activity, days, sketches)
