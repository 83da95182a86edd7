# Two images for docker-compose.yml: `hub` runs any process of mailhub, `mta` the Postfix in front.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md ./
COPY mailhub mailhub
COPY web_archive web_archive
COPY digests digests
COPY templates templates
RUN python -m venv /opt/mailhub
RUN /opt/mailhub/bin/python -m pip install --no-cache-dir --constraint constraints.txt .

# pg_dump and pg_restore, of the PostgreSQL of docker-compose.yml, are for `mailhub backup` and `restore`.
FROM python:3.11-slim-bookworm AS hub
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 8025 --create-home --home-dir /var/lib/mailhub mailhub
COPY --from=build /opt/mailhub /opt/mailhub
ENV PATH=/opt/mailhub/bin:$PATH MAILHUB_DATA_DIR=/var/lib/mailhub PYTHONUNBUFFERED=1
USER mailhub
WORKDIR /var/lib/mailhub
VOLUME /var/lib/mailhub
CMD ["mailhub", "serve"]

# Postfix starts as root and runs its parts as others.
FROM debian:12-slim AS mta
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates postfix \
    && rm -rf /var/lib/apt/lists/*
COPY docker/postfix /usr/local/lib/mailhub-mta
VOLUME ["/var/spool/postfix", "/var/lib/postfix"]
EXPOSE 25
CMD ["/usr/local/lib/mailhub-mta/start", "/etc/postfix"]
