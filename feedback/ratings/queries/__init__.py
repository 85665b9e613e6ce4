"""Which forms, rights and ratings there are, and what they add up to."""
