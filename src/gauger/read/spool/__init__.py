"""Exchanges on their way into a lake: sketched on arrival, on the disk before they are
acknowledged, committed every few seconds.
"""
