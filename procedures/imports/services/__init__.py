"""Take files in, read them row by row, stop, and forget them."""

from procedures.imports.services.accepting import Sent, accept
from procedures.imports.services.ending import cancel, forget
from procedures.imports.services.working import Reading, work_off

__all__ = ["Reading", "Sent", "accept", "cancel", "forget", "work_off"]
