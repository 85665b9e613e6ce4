"""The counter of the complaints: what citizens file and follow, what staff handle."""
