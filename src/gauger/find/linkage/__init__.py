"""Proposes networks: accounts tied to the uncommon things they share, cut where ties are thin."""

from __future__ import annotations

from gauger.find.linkage.candidates import propose
from gauger.find.linkage.identity import identity_things
from gauger.find.linkage.ties import Ties, tie

__all__ = ["Ties", "identity_things", "propose", "tie"]
