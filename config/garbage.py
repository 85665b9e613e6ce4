"""How often Python looks for objects that hold each other: rarely, because few of ours do.

A batch of a thousand rows makes half a million objects, nearly all of which go as soon as nobody names them; by default
they would be looked through some hundred times meanwhile, with everything the service loaded when it started.
"""

import gc

OBJECTS = 10_000
"""New objects between two looks at the new ones (700 by default). A request holds nothing in a circle when it is over
(api.endpoint), so what waits for a look is little."""


def look_rarely() -> None:
    """Look seldom from here on, and never again through what is loaded already, which stays."""
    gc.freeze()
    gc.set_threshold(OBJECTS, 10, 20)
