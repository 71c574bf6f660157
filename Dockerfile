# What runs is the wheel and what it needs, as they are locked. Node is there for the build alone.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
RUN pip install --no-cache-dir uv==0.13.9
COPY . .
RUN uv build --wheel -o /wheels
RUN uv venv /venv && uv pip install --no-cache -p /venv -c requirements.lock /wheels/*.whl

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home /nonexistent wordtide && install -d -m 700 -o wordtide /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH WORDTIDE_DATA=/data
USER wordtide
# What it keeps where it is given no PostgreSQL.
VOLUME /data
EXPOSE 8000
# Whether it lives: what kills the unhealthy must not kill what waits for its database with counts that are not stored.
HEALTHCHECK --interval=10s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["wordtide", "serve", "--host", "0.0.0.0"]
