"""Passwords as scrypt keeps them (RFC 7914), by Python's own library: no wheel to be missing on a 32-bit Pi.

One at a time, for each try takes 16 MB: four at once would be an eighth of a small Pi's memory.
"""

import base64
import hashlib
import hmac
import secrets
import threading

# OWASP's Password Storage Cheat Sheet: N = 2^14, r = 8, p = 5; 16 MB, and five times the work of p = 1.
LOG_N, R, P = 14, 8, 5
SALT_BYTES = 16
KEY_BYTES = 32
MEMORY_AT_MOST = 64 * 1024 * 1024
# NIST SP 800-63B 5.1.1: length is what counts; nobody is asked for signs and capitals.
SHORTEST, LONGEST = 10, 128

_one_at_a_time = threading.Lock()


def kept(password: str, p: int = P) -> str:
    """Return what is stored of ``password``: "scrypt$14$8$5$SALT$KEY"."""
    salt = secrets.token_bytes(SALT_BYTES)
    return "$".join(("scrypt", str(LOG_N), str(R), str(p), _text(salt), _text(_key(password, salt, LOG_N, R, p))))


def matches(password: str, stored: str) -> bool:
    """Whether ``password`` is the one that ``stored`` was made of; takes the same time for one that is not."""
    try:
        _, log_n, r, p, salt, key = stored.split("$")
        found = _key(password, base64.b64decode(salt), int(log_n), int(r), int(p))
        return hmac.compare_digest(found, base64.b64decode(key))
    except ValueError:
        return False


def nobodys(p: int = P) -> str:
    """Return what a try for what is not there is compared with, so that time does not tell what is."""
    return "$".join(("scrypt", str(LOG_N), str(R), str(p), _text(bytes(SALT_BYTES)), _text(bytes(KEY_BYTES))))


def _key(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    with _one_at_a_time:
        return hashlib.scrypt(
            password.encode()[: 4 * LONGEST], salt=salt, n=2**log_n, r=r, p=p, maxmem=MEMORY_AT_MOST, dklen=KEY_BYTES
        )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# For an account.
NOBODYS = nobodys()
