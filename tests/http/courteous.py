"""The web server's worker with a courtesy so long that no machine is too slow to show it."""

import config.worker
from config.worker import Worker

config.worker.COURTESY = 0.3

__all__ = ["Worker"]
