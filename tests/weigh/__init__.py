"""Tests of the step from networks to claims."""
