# Small, not root, read-only root file system; the proxy in front ends TLS and buffers slow clients.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home phucvu
COPY --from=build /venv /venv
WORKDIR /srv
COPY --chown=root:root manage.py openapi.yaml ./
COPY --chown=root:root config config
COPY --chown=root:root api api
COPY --chown=root:root feedback feedback
COPY --chown=root:root procedures procedures
COPY --chown=root:root units units
COPY --chown=root:root locale locale
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=config.settings \
    STATIC_ROOT=/srv/static PROMETHEUS_MULTIPROC_DIR=/tmp/metrics
RUN SECRET_KEY="$(python -c 'import secrets;print(secrets.token_urlsafe(48))')" SECRECY_KEYS="build:$(python -c 'import os,base64;print(base64.b64encode(os.urandom(32)).decode())')" \
    ALLOWED_HOSTS=build PUBLIC_BASE_URL=http://build DATABASE_URL=postgresql://build@127.0.0.1/build \
    python manage.py collectstatic --noinput --verbosity 0
USER phucvu
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/livez', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=2)"]
CMD ["sh", "-c", "mkdir -p $PROMETHEUS_MULTIPROC_DIR && exec gunicorn -c config/gunicorn.conf.py --bind 0.0.0.0:8000 --worker-tmp-dir /dev/shm"]
