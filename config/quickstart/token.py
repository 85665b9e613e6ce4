"""`python -m config.quickstart.token NAME`: an access token of a sample client or person."""

import argparse
import sys
import urllib.error

from config.quickstart.samples import credentials, token


def main() -> str:
    """Return the token of the named one; raises SystemExit in words when there is none to be had."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    base = f"http://127.0.0.1:{asked.port}"
    try:
        return token(asked.name, base=base)
    except FileNotFoundError:
        sys.exit("There are no sample accounts yet: start the service with make run.")
    except KeyError:
        known = [name for kind in credentials().values() for name in kind]
        sys.exit(f"Nobody is called {asked.name}. There are: {', '.join(sorted(known))}.")
    except urllib.error.HTTPError as error:
        why = "A one-time code works once; ask again in half a minute." if error.code == 401 else str(error)  # noqa: PLR2004 - HTTP
        sys.exit(f"{base} gave no token ({error.code}). {why}")
    except urllib.error.URLError as error:
        sys.exit(f"Nothing answers at {base}: start it with make run, or name its port with PORT=. ({error.reason})")


if __name__ == "__main__":
    print(main())
