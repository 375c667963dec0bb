"""Which accounts a network is said to hold, and of which one cannot tell: never both.

Whoever acts on findings acts on lists of accounts. An account whose own evidence does not tell is
therefore named apart, wherever it was put while the network was weighed.
"""

from __future__ import annotations

from gauger.model.finding import Belonging, Member, Network


def named(network: Network) -> tuple[Member, ...]:
    """Accounts that evidence of their own puts into the network, in the order of its members."""
    return tuple(each for each in network.members if each.belonging is not Belonging.CANNOT_TELL)


def cannot_tell(network: Network) -> tuple[Member, ...]:
    """Accounts that are not accused, those nearest to belonging first."""
    open_ones = [each for each in network.members if each.belonging is Belonging.CANNOT_TELL]
    return tuple(
        sorted((*open_ones, *network.undecided), key=lambda each: (-each.lr.log10, each.account_id))
    )
