# syntax=docker/dockerfile:1
# Any image with Python 3.11 or newer, its venv module and glibc; both stages must be the same.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /src
RUN python3 -m venv /opt/rectify
COPY requirements.lock .
# `--secret id=pip,src=pip.conf` names another package index; without it pip uses its own default.
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    /opt/rectify/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.lock
COPY pyproject.toml README.md ./
COPY migrations migrations
COPY src src
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    /opt/rectify/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps . \
    && /opt/rectify/bin/pip uninstall --quiet --yes pip

FROM ${BASE}
# The embedded PostgreSQL asks who it is, so the number needs a name.
RUN echo 'rectify:x:10001:10001::/var/lib/rectify:/usr/sbin/nologin' >> /etc/passwd \
    && echo 'rectify:x:10001:' >> /etc/group \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/rectify
COPY --from=build /opt/rectify /opt/rectify
# An upload waits on TMPDIR until its digest is known: a disk, not a tmpfs that counts as memory.
ENV PATH=/opt/rectify/bin:$PATH \
    HOME=/var/lib/rectify \
    TMPDIR=/var/lib/rectify \
    RECTIFY_DATA_DIR=/var/lib/rectify \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/rectify
VOLUME /var/lib/rectify
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# Alive, not ready: a service that waits for its database must not be restarted for it. Load balancers ask /readyz.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python3", "-c", "import http.client as h, os, sys; c = h.HTTPConnection('127.0.0.1', int(os.environ.get('RECTIFY_PORT', 8000)), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
CMD ["rectify-api", "serve", "--host", "0.0.0.0"]
