"""Accounts and the people behind them: kinds of customer, what they share, how they are cast."""

from __future__ import annotations
