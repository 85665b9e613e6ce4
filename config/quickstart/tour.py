"""What to do once the service runs: lines to paste, with working credentials (README.md shows the same ones)."""

from config.quickstart.samples import credentials

USUAL_PORT = 8000
TOUR = """
The service is ready.            Stop it with Ctrl-C; the data stay.

  {base}/docs          the operations, to try out (Vietnamese)
  {base}/openapi.yaml  the contract (OpenAPI 3.1; /openapi-3.0.yaml for older generators)
  {base}/readyz        whether it is ready

In a second terminal:   make demo{port}      a whole morning, told with its figures

1. One-stop software signs in and pushes a transaction:

  TOKEN=$(curl -s -u "{vendor}:{vendor_secret}" -d grant_type=client_credentials {base}/api/v1/oauth/token \\
          | python3 -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')

  curl -s -X PUT {base}/api/v1/transactions/000.16.30.H34-240304-0042 \\
       -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{{
         "source_updated_at": "2024-03-11T15:30:00+07:00", "procedure": "1.004884", "status": "finished",
         "receiving_unit": "gso2024:62", "channel": "counter",
         "received_at": "2024-03-04T08:15:00+07:00", "due_at": "2024-03-11T17:00:00+07:00",
         "ended_at": "2024-03-11T15:30:00+07:00"}}'

2. The citizen is given a link to rate, then rates without an account (each step of a dossier once):

  RIGHT=$(curl -s -X POST {base}/api/v1/transactions/000.16.30.H34-240304-0042/rating-rights \\
       -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: $(python3 -c 'import uuid; print(uuid.uuid4())')" \\
       -H 'Content-Type: application/json' -d '{{"step": "reception", "form": "THANH_HOA_3"}}' \\
       | python3 -c 'import json,sys; print(json.load(sys.stdin)["link"].split("#")[1])')

  curl -s -X POST {base}/api/v1/ratings -H "Idempotency-Key: $(python3 -c 'import uuid; print(uuid.uuid4())')" \\
       -H 'Content-Type: application/json' -d '{{
         "id": "'$(python3 -c 'import uuid; print(uuid.uuid4())')'", "right": "'$RIGHT'",
         "form": "THANH_HOA_3", "answers": {{"overall": 3}}, "channel": "app"}}'

3. A citizen complains without an account, and follows the case with the receipt:

  RECEIPT=$(curl -s -X POST {base}/api/v1/complaints \\
       -H "Idempotency-Key: $(python3 -c 'import uuid; print(uuid.uuid4())')" -H 'Content-Type: application/json' -d '{{
         "categories": ["ATT-02"], "statement": "Quát người dân, không hướng dẫn.", "happened_on": "2024-03-04",
         "subjects": [{{"description": "Cán bộ ở cửa số 3, buổi sáng", "unit": "gso2024:62"}}],
         "identity": {{"mode": "anonymous"}}}}' \\
       | python3 -c 'import json,sys; r = json.load(sys.stdin); del r["state"], r["due_on"]; print(json.dumps(r))')

  curl -s -X POST {base}/api/v1/complaint-receipts -H 'Content-Type: application/json' -d "$RECEIPT"

4. People sign in with password and one-time code (a code works once, so ask for the next one half a minute later):

  INSPECTOR=$(make -s token AS=thanhtra.mau{port})
  curl -s {base}/api/v1/complaints -H "Authorization: Bearer $INSPECTOR"

  HOME_AFFAIRS=$(make -s token AS=noivu.mau{port})
  curl -s "{base}/api/v1/metrics/values?metric=on_time_legal&period=2024-Q1" -H "Authorization: Bearer $HOME_AFFAIRS"

Others: AS=truongphong.mau (head of unit), AS=canbo.mau (official), AS=quan-tri-mau (administrator's console),
        AS=motcua-mau (one-stop software).
"""


def tell(*, port: int) -> None:
    """Print the tour."""
    vendor = "motcua-mau"
    secret = credentials()["clients"][vendor]["client_secret"]
    own_port = "" if port == USUAL_PORT else f" PORT={port}"
    base = f"http://127.0.0.1:{port}"
    print(TOUR.format(base=base, vendor=vendor, vendor_secret=secret, port=own_port), flush=True)
