"""Passwords are kept as argon2id hashes, and checking one costs the same whether or not there is such a user."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

HASHER = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
"""OWASP's smallest argon2id (19 MiB, one lane, two passes) and one pass more: 30 ms on a full core, about 100 ms on
the 0.29 of one that a 512 MB function has. Raising them rehashes each password at its owner's next login."""

NOBODYS_HASH = "$argon2id$v=19$m=19456,t=3,p=1$nB9ka292PHzoeqVbnKDUyQ$GFn/VX+fJ6HclcKU5rOt1pphIEdJ37pYmqxEnctqrhA"
"""Of random bytes that were thrown away. What a login is checked against when nobody has its e-mail address."""


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """One argon2 computation, always; None stands for a user who does not exist, whose password is always wrong."""
    try:
        HASHER.verify(password_hash or NOBODYS_HASH, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)
