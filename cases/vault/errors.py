"""Everything that can go wrong with a seal, a key or a signature.

Promises: one base class, a stable `code` for programs and a French `message` for people.
Must never: carry a secret, a plaintext or the exception of a lower layer.
"""


class VaultError(Exception):
    """A vault operation refused; `code` is for programs, `message` is French, for people."""

    default_code = "vault"
    default_message = "Opération refusée par le coffre."

    def __init__(self, code: str | None = None, message: str | None = None) -> None:
        self.code = code or self.default_code
        self.message = message or self.default_message
        super().__init__(self.code, self.message)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Tampered(VaultError):
    """The sealed bytes, their place or their key are not those of the sealing."""

    default_code = "tampered"
    default_message = "Document altéré : son contenu ne peut pas être affiché."


class UnknownFormat(VaultError):
    """The bytes are not of the expected type, version or length."""

    default_code = "unknown_format"
    default_message = "Format inconnu : ces données ne peuvent pas être ouvertes."


class WrongKey(VaultError):
    """The wrap was made for another key."""

    default_code = "wrong_key"
    default_message = "Cette clé n'est pas celle du destinataire."


class WrongPassphrase(VaultError):
    """The slot does not open with this secret, this pepper or these parameters."""

    default_code = "wrong_passphrase"
    default_message = "Phrase de passe incorrecte : le coffre reste fermé."


class WeakPassphrase(VaultError):
    """The passphrase is too easy to guess."""

    default_code = "weak_passphrase"
    default_message = "Cette phrase de passe est trop facile à deviner."


class WrongRecoveryCode(VaultError):
    """The recovery code is mistyped."""

    default_code = "wrong_recovery_code"
    default_message = "Code de secours incorrect : vérifiez votre saisie."


class WrongShares(VaultError):
    """The recovery shares are too few, mistyped, mixed or altered."""

    default_code = "wrong_shares"
    default_message = "Ces parts de secours ne permettent pas de reconstituer la clé."


class BadSignature(VaultError):
    """A signature is missing, or is not that of the expected person."""

    default_code = "bad_signature"
    default_message = "Signature non valable : cette information n'est pas prise en compte."


class Expired(VaultError):
    """The signed dates do not cover the moment of use."""

    default_code = "expired"
    default_message = "Cette habilitation n'est plus valable."


class InvalidValue(VaultError):
    """The caller gave a value the format cannot hold (a defect of the program, not of the data)."""

    default_code = "invalid_value"
    default_message = "Valeur refusée par le coffre."


class SelfTestFailed(VaultError):
    """The cryptographic library does not give the known answers: nothing may start."""

    default_code = "self_test_failed"
    default_message = "L'autotest cryptographique a échoué : le service ne démarre pas."
