"""What to do once the service runs: lines to paste, with working credentials."""

from config.quickstart.samples import credentials

TOUR = """
The service is ready.            Stop it with Ctrl-C; the data stay.

  {base}/docs          the operations, to try out (Vietnamese)
  {base}/openapi.yaml  the contract (OpenAPI 3.1; /openapi-3.0.yaml for older generators)
  {base}/readyz        whether it is ready

In a second terminal:   make demo      a whole morning, told with its figures

1. One-stop software signs in and pushes a transaction:

  TOKEN=$(curl -s -u '{vendor}:{vendor_secret}' -d grant_type=client_credentials {base}/api/v1/oauth/token \\
          | python3 -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')

  curl -s -X PUT {base}/api/v1/transactions/000.16.30.H34-240304-0042 \\
       -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{{
         "source_updated_at": "2024-03-11T15:30:00+07:00", "procedure": "1.004884", "status": "finished",
         "receiving_unit": "gso2024:62", "channel": "counter",
         "received_at": "2024-03-04T08:15:00+07:00", "due_at": "2024-03-11T17:00:00+07:00",
         "ended_at": "2024-03-11T15:30:00+07:00"}}'

2. The citizen is given a link to rate, then rates without an account:

  curl -s -X POST {base}/api/v1/transactions/000.16.30.H34-240304-0042/rating-rights \\
       -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: $(python3 -c 'import uuid; print(uuid.uuid4())')" \\
       -H 'Content-Type: application/json' -d '{{"step": "reception", "form": "THANH_HOA_3"}}'

3. People sign in with password and one-time code; for a token of a sample person:

  make token AS=thanhtra.mau        # inspector      make token AS=noivu.mau     # home affairs
  make token AS=truongphong.mau     # head of unit   make token AS=quan-tri-mau  # administrator's console
"""


def tell(*, port: int) -> None:
    """Print the tour."""
    vendor = "motcua-mau"
    secret = credentials()["clients"][vendor]["client_secret"]
    print(TOUR.format(base=f"http://127.0.0.1:{port}", vendor=vendor, vendor_secret=secret), flush=True)
