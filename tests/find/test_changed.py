"""Who is weighed by a scan of what changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from gauger.find.changed import changed_since
from gauger.find.sent import Sent
from gauger.model.standing import ACTIVITY_SCHEMA, DAYS_SCHEMA, EarlierScan, Standing


@pytest.mark.parametrize("file", [None, Path("compared.parquet")])
def test_nobody_is_weighed_of_whom_nothing_is_at_hand(file: Path | None) -> None:
    ids = ["busy", "kept", "new"]
    activity = pa.table([["busy", "kept"], [9, 5], [True, True], [False, True]], ACTIVITY_SCHEMA)
    counts = np.array([9, 5, 3])
    sent = Sent(pa.array(ids), np.arange(3), counts, counts, counts, counts, counts)
    earlier = EarlierScan((), {}, Standing(activity, DAYS_SCHEMA.empty_table(), file))
    weighed = changed_since(sent, earlier).weighed_ids
    assert weighed == (ids if file is None else ["kept", "new"])
