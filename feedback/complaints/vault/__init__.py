"""What must stay secret: who complained, and the secrets of receipts."""

from feedback.complaints.vault.receipts import is_secret_of, number_for, secret_hash
from feedback.complaints.vault.sealing import put_away, read_open

__all__ = ["is_secret_of", "number_for", "put_away", "read_open", "secret_hash"]
