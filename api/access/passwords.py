"""How passwords are stored: Argon2id with the memory and time that OWASP recommends for a server."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Hasher(Argon2PasswordHasher):
    """19 MiB and two passes (about 20 ms): Django's 100 MiB at every guess would let guessers eat the memory."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
