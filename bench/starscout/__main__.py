"""Another domain: what of linkage and timing carries over to suspected fake stars, untuned.

python -m bench.starscout --data DIR --out FILE.md
"""

from __future__ import annotations

import sys

from bench.starscout.page import main

if __name__ == "__main__":
    sys.exit(main())
