# The engine alone: docker run --rm -v "$PWD":/videos kinemotion cmj-analyze jump.mp4
ARG DEBIAN=debian:bookworm-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251

FROM ${DEBIAN} AS build
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends binutils python3 python3-venv \
 && python3 -m venv /opt/tools && /opt/tools/bin/pip install --no-cache-dir uv==0.13.8 cyclonedx-bom==7.5.0
ENV PATH=/opt/tools/bin:$PATH
WORKDIR /source
COPY pyproject.toml uv.lock ./
COPY docker/trim_environment.sh docker/share_libraries.sh docker/
COPY kinemotion-cli kinemotion-cli
COPY backend/pyproject.toml backend/pyproject.toml
COPY sdk/python/pyproject.toml sdk/python/pyproject.toml
# Programs are run once here, so that the bytecode of what they use is kept, and of nothing else.
# OpenCV comes without its windows: the distribution that the lock file names needs Debian's libgl1 and libglib2.0-0, 230 MB.
RUN UV_PROJECT_ENVIRONMENT=/opt/engine uv sync --locked --no-default-groups --no-editable --package kinemotion \
    --no-install-package opencv-contrib-python \
 && uv pip install --python /opt/engine --no-deps opencv-python-headless==5.0.0.93 \
 && sh docker/trim_environment.sh /opt/engine \
 && sh docker/share_libraries.sh /opt/engine \
 && LD_BIND_NOW=1 /opt/engine/bin/kinemotion selftest \
 && /opt/engine/bin/python -m compileall -q /opt/engine/lib/python3*/site-packages/kinemotion
RUN mkdir /opt/sbom && cyclonedx-py environment --output-reproducible --output-file /opt/sbom/engine.cdx.json /opt/engine

FROM ${DEBIAN}
ARG VERSION=0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Kinemotion" \
      org.opencontainers.image.description="Measures jumps and runs in phone videos." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      kinemotion.sbom="/opt/sbom/engine.cdx.json"
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends python3 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --uid 10001 kinemotion
COPY --from=build /opt/engine /opt/engine
COPY --from=build /opt/sbom /opt/sbom
ENV PATH=/opt/engine/bin:$PATH
USER 10001
RUN kinemotion --version && kinemotion selftest
WORKDIR /videos
HEALTHCHECK --interval=30s --timeout=10s CMD ["kinemotion", "--version"]
ENTRYPOINT ["kinemotion"]
CMD ["--help"]
