"""Tests of how accounts are tied and proposed."""
