"""How wide T-20, T-23, R8 and R11 go in `make test`, and in `make drill`.

`make test` keeps every address, method, column and rule; what another person of the same column
would be asked again is left to the drill, which sets CLSM_WHOLE.
"""

from __future__ import annotations

import os

IS_WHOLE = os.environ.get("CLSM_WHOLE") == "1"
