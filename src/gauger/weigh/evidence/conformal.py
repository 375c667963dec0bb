"""How rare a value is among ordinary groups: a conformal p-value, which needs no model of them.

It is the share of ordinary groups at least as extreme, counting the group itself, so it never
falls below 1 / (groups + 1).
"""

from __future__ import annotations

import numpy as np

from gauger.model.population import Floats


def p_value(value: float, ordinary: Floats, telling: int) -> float:
    """Conformal p-value of `value` among the finite `ordinary` ones; ties count against it."""
    known = ordinary[np.isfinite(ordinary)]
    # Equal up to rounding is equal: different orders of summation must not make evidence.
    slack = 1e-9 * max(1.0, abs(value))
    extreme = known >= value - slack if telling > 0 else known <= value + slack
    return float((1 + np.count_nonzero(extreme)) / (len(known) + 1))


def tells_nothing(value: float, ordinary: Floats) -> bool:
    """Whether most ordinary groups have the very same value: no evidence either way."""
    known = ordinary[np.isfinite(ordinary)]
    return bool(np.mean(np.abs(known - value) <= 1e-9 * max(1.0, abs(value))) > 0.5)
