"""The web server's worker with a courtesy so long that no machine is too slow to show it."""

import config.worker
from config.worker import Worker

config.worker.COURTESY = 5
"""Seconds: all the newcomers of a test have come and gone within one courtesy, also where the machine is busy."""

__all__ = ["Worker"]
