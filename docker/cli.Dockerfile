# The engine alone: docker run --rm -v "$PWD":/videos kinemotion cmj-analyze jump.mp4
FROM debian:bookworm-slim AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends python3 python3-venv \
 && python3 -m venv /opt/tools && /opt/tools/bin/pip install --no-cache-dir uv==0.13.8
ENV PATH=/opt/tools/bin:$PATH
WORKDIR /source
COPY pyproject.toml uv.lock ./
COPY kinemotion-cli kinemotion-cli
COPY backend/pyproject.toml backend/pyproject.toml
COPY sdk/python/pyproject.toml sdk/python/pyproject.toml
# What is never run is left out: the libraries' own tests, and what the model runtime has for other hardware.
# OpenCV comes without its windows: the distribution that the lock file names needs Debian's libgl1 and libglib2.0-0, 230 MB.
RUN UV_PROJECT_ENVIRONMENT=/opt/engine uv sync --locked --no-default-groups --no-editable --package kinemotion \
    --no-install-package opencv-contrib-python \
 && uv pip install --python /opt/engine --no-deps opencv-python-headless==5.0.0.93 \
 && find /opt/engine/lib -type d -name tests -prune -exec rm -rf {} + \
 && find /opt/engine/lib -name libLiteRtWebGpuAccelerator.so -delete \
 && rm -rf /opt/engine/lib/python3*/site-packages/ai_edge_litert/tools /opt/engine/lib/python3*/site-packages/ai_edge_litert/vendors

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends python3 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --uid 10001 kinemotion
COPY --from=build /opt/engine /opt/engine
ENV PATH=/opt/engine/bin:$PATH
USER 10001
WORKDIR /videos
HEALTHCHECK --interval=30s --timeout=10s CMD ["kinemotion", "--version"]
ENTRYPOINT ["kinemotion"]
CMD ["--help"]
