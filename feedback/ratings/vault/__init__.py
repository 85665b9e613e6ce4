"""What a rating is about: opened for a reason and on record, and destroyed when nobody needs it any more."""

from feedback.ratings.vault.chain import GENESIS, Verification, verification, write_down
from feedback.ratings.vault.destruction import destroy, lay_out

__all__ = ["GENESIS", "Verification", "destroy", "lay_out", "verification", "write_down"]
