"""Addresses in which nothing is named are found in one look: Django tries one pattern after the other."""

from django.urls import ResolverMatch, URLResolver


def remember_fixed(resolver: URLResolver) -> None:
    """Remember what such an address leads to, once it was found; there are as many of them as patterns without a name.

    To be called before requests come.
    """
    known: dict[str, ResolverMatch] = {}
    search = resolver.resolve

    def resolve(path: str) -> ResolverMatch:
        found = known.get(path)
        if found is None:
            found = search(path)
            if not found.args and not found.kwargs:
                known[path] = found
        return found

    resolver.resolve = resolve  # type: ignore[method-assign]
