"""What one would otherwise use, run on the same worlds at published or default settings.

python -m bench.peers NAME WORLD --out FILE.json
"""
