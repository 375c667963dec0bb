"""Another domain: what of linkage and timing carries over to suspected fake stars, untuned.

The parts are in the folder of the same name, which an import finds before this file.

    python bench/starscout.py --data DIR --out FILE.md
"""

from __future__ import annotations

import sys

from starscout.page import main

if __name__ == "__main__":
    sys.exit(main())
