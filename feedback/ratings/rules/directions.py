"""Marks that turn the direction of writing: kept as written, and never let loose on what stands beside a comment."""

EMBEDDINGS, ISOLATES = "\u202a\u202b\u202d\u202e", "\u2066\u2067\u2068"
END_OF_EMBEDDING, END_OF_ISOLATE = "\u202c", "\u2069"


def closed(text: str) -> str:
    """Return the text with every direction that it leaves open ended at its end.

    Without that a comment printed into a line of a file or a page would turn around what follows it.

    Source: our choice, by Unicode Standard Annex 9, rules X1 to X8 (an isolate that ends takes along the embeddings
    opened in it).
    """
    open_ends: list[str] = []
    for letter in text:
        if letter in EMBEDDINGS:
            open_ends.append(END_OF_EMBEDDING)
        elif letter in ISOLATES:
            open_ends.append(END_OF_ISOLATE)
        elif letter == END_OF_EMBEDDING and open_ends[-1:] == [END_OF_EMBEDDING]:
            open_ends.pop()
        elif letter == END_OF_ISOLATE and END_OF_ISOLATE in open_ends:
            while open_ends.pop() != END_OF_ISOLATE:
                pass
    return text + "".join(reversed(open_ends))
