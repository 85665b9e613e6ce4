"""The launcher, on real servers."""
