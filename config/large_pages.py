"""What a worker has in its memory, in large pages: a request touches a little of it in many places.

Each small page that the processor does not remember must be looked up before it can be read.
"""

import ctypes
import mmap
from collections.abc import Iterator
from pathlib import Path

MAPS = Path("/proc/self/maps")
LARGE = 2 * 1024 * 1024
_COLLAPSE = 25
"""MADV_COLLAPSE of Linux 6.1 and newer: make it large now. By MADV_HUGEPAGE an older one makes it so by and by."""


def lie_in_large_pages() -> None:
    """Ask the kernel to put the memory that this process has into large pages; where it does not, nothing changes."""
    if not MAPS.exists():
        return
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for begin, end in list(_own_memory()):
        madvise(begin, end - begin, mmap.MADV_HUGEPAGE)
        for page in range(begin, end, LARGE):
            madvise(page, LARGE, _COLLAPSE)


def _own_memory() -> Iterator[tuple[int, int]]:
    """Yield from where to where whole large pages fit into what is private, written to, and of no file."""
    for line in MAPS.read_text().splitlines():
        addresses, rights, _, _, inode, *name = line.split()
        if rights == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            begin, end = (int(address, 16) for address in addresses.split("-"))
            first, last = -(-begin // LARGE) * LARGE, end // LARGE * LARGE
            if first < last:
                yield first, last
