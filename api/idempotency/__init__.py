"""One effect per Idempotency-Key, claimed inside the business transaction (docs/decisions/0002-idempotency.md)."""
