"""`python -m config.quickstart.token NAME`: an access token of a sample client or person."""

import argparse

from config.quickstart.samples import token

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    print(token(asked.name, base=f"http://127.0.0.1:{asked.port}"))
