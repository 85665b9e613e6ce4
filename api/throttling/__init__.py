"""Rate limits that are exact however many workers answer."""
