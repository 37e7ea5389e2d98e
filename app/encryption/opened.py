"""The vault this process has opened, from which its data keys come."""

from __future__ import annotations

from app.encryption.key_file import Vault
from app.encryption.keys import unlocked


class OpenedVault:
    """None until a key file was unlocked."""

    def __init__(self) -> None:
        self._vault: Vault | None = None

    @property
    def vault(self) -> Vault | None:
        """What was unlocked."""
        return self._vault

    def hold(self, vault: Vault | None) -> None:
        """Read and write with the keys of this vault from now on; with None, plain."""
        self._vault = vault
        keys, current = ((), None) if vault is None else (vault.keys, vault.current)
        unlocked.use(keys, current)


opened = OpenedVault()
"""Of this process, as `app.encryption.keys.unlocked`."""
