"""`python -m config.quickstart.token NAME`: an access token of a sample client or person."""

import argparse
import sys
import urllib.error

from config.quickstart.samples import credentials, token


def main() -> int:
    """Print the token, or what is wrong and how to mend it."""
    parser = argparse.ArgumentParser(prog="make token")
    parser.add_argument("name", nargs="?")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    base = f"http://127.0.0.1:{asked.port}"
    try:
        names = sorted({name for kind in credentials().values() for name in kind})
        if asked.name in names:
            print(token(asked.name, base=base))
            return 0
        wrong = f"Whose? make token AS=… with one of: {', '.join(names)}"
    except FileNotFoundError:
        wrong = "There are no sample accounts yet. Start the service first: make run"
    except urllib.error.HTTPError as error:
        wrong = (
            f"{asked.name} was refused ({error.code}). A person's one-time code works once: ask again in half a minute."
        )
    except OSError:
        wrong = f"Nothing answers at {base}. Start the service first: make run (PORT=… for both if not 8000)"
    print(wrong, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
