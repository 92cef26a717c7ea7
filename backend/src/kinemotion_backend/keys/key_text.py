"""The text of a key, and what is kept of it.

A key reads ``kin_<environment>_<key id>_<secret>``. Only an HMAC of the secret is kept, made with a pepper that is not
in the database: a copy of the database opens nothing. The secret has 256 random bits, so nobody can guess it, and a
slow hash would only make each request a way to keep the server busy.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

PREFIX = "kin"
SECRET_BYTES = 32
ID_BYTES = 8
_KEY = re.compile(
    rf"{PREFIX}_(?P<environment>[a-z]+)_(?P<id>[0-9a-f]{{{2 * ID_BYTES}}})_(?P<secret>[A-Za-z0-9_-]{{43}})"
)


@dataclass(frozen=True, slots=True)
class KeyText:
    """The parts of a key's text."""

    environment: str
    id: str
    secret: str = field(repr=False)

    def write(self) -> str:
        """Return the whole text."""
        return f"{PREFIX}_{self.environment}_{self.id}_{self.secret}"


def make_key_text(environment: str) -> KeyText:
    """Return a new key."""
    return KeyText(environment, secrets.token_hex(ID_BYTES), secrets.token_urlsafe(SECRET_BYTES))


def read_key_text(text: str) -> KeyText | None:
    """Return the parts of a key; None where the text is none."""
    found = _KEY.fullmatch(text)
    return KeyText(found["environment"], found["id"], found["secret"]) if found else None


def compute_hmac(pepper: bytes, secret: str) -> str:
    """Return what is kept of the secret."""
    return hmac.new(pepper, secret.encode(), hashlib.sha256).hexdigest()


def is_same_hmac(one: str, other: str) -> bool:
    """Compare in a time that says nothing about where they differ."""
    return hmac.compare_digest(one, other)
