"""Keys in environment variables: development only, refused by ``check --deploy``."""

from __future__ import annotations

import os
import re

from deploy.keys.provider import KeyRefused, LocalKeys, ProviderDown


class EnvKeys(LocalKeys):
    """Read ``CLSM_KEY_<PURPOSE>_<VERSION>``, 64 hexadecimal digits."""

    def read(self, purpose: str, version: int) -> bytes:
        """Return the key of a variable. Raises: ProviderDown when absent or badly written."""
        name = f"{_prefix(purpose)}{version}"
        try:
            return bytes.fromhex(os.environ[name])
        except (KeyError, ValueError) as missing:
            raise ProviderDown(f"{name} is missing or is not hexadecimal") from missing

    def listed(self, purpose: str) -> tuple[int, ...]:
        """Return the versions of which a variable stands."""
        shape = re.compile(rf"{_prefix(purpose)}([1-9][0-9]*)")
        return tuple(
            sorted(int(found[1]) for name in os.environ if (found := shape.fullmatch(name)))
        )

    def new_version(self, purpose: str) -> int:
        """Refuse: a variable is set by whoever starts the service. Raises: KeyRefused."""
        version = self.current_version(purpose) + 1
        raise KeyRefused(f"set {_prefix(purpose)}{version} and start again")

    def destroy(self, purpose: str, version: int) -> None:
        """Refuse: a variable is removed by whoever starts the service. Raises: KeyRefused."""
        raise KeyRefused(f"remove {_prefix(purpose)}{version} and start again")


def _prefix(purpose: str) -> str:
    return f"CLSM_KEY_{purpose.upper().replace('-', '_')}_"
