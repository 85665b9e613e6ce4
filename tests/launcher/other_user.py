"""Do something as an ordinary user, when the tests run as root."""

import os
import pickle
import pwd
import warnings
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def as_nobody(action: Callable[[], Answer]) -> Answer:
    """Run an action in a child that has given up root for ever; its exceptions are raised here.

    A fork, not a new interpreter: Python itself may live where nobody cannot reach it.
    """
    nobody = pwd.getpwnam("nobody")
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # about threads, which the child never uses
        child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
        outcome: tuple[Answer | None, BaseException | None]
        try:
            outcome = (action(), None)
        except BaseException as error:  # noqa: BLE001  # whatever it is, the parent raises it
            outcome = (None, error)
        os.write(writing, pickle.dumps(outcome))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer, failure = pickle.loads(pipe.read())  # noqa: S301  # our own child wrote it
    os.waitpid(child, 0)
    if failure is not None:
        raise failure
    return answer  # type: ignore[no-any-return]
