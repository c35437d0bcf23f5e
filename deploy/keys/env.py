"""Keys in environment variables: development only, refused by ``check --deploy``."""

from __future__ import annotations

import os

from deploy.keys.provider import LocalKeys, ProviderDown


class EnvKeys(LocalKeys):
    """Read ``CLSM_KEY_<PURPOSE>_<VERSION>``, 64 hexadecimal digits."""

    def read(self, purpose: str, version: int) -> bytes:
        """Return the key of a variable. Raises: ProviderDown when absent or badly written."""
        name = f"CLSM_KEY_{purpose.upper().replace('-', '_')}_{version}"
        try:
            return bytes.fromhex(os.environ[name])
        except (KeyError, ValueError) as missing:
            raise ProviderDown(f"{name} is missing or is not hexadecimal") from missing
