# The image holds the bundle, which needs no packages. Build: docker build -t registry.corp.example/initlint:0.1.0 .
# Both base images have Node 24. Releases pin them by digest: --build-arg RUNTIME=…@sha256:…
ARG BUILDER=docker.io/library/node:24-bookworm-slim
ARG RUNTIME=gcr.io/distroless/nodejs24-debian12:nonroot

# On the platform of the machine that builds, because the bundle is the same for all: no emulation.
FROM --platform=$BUILDPLATFORM ${BUILDER} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Without install scripts: the only one would download a second Node, which the base image already has.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
COPY web ./web
COPY examples ./examples
RUN npm run build

# For each platform. It only copies: a RUN would need a machine of that platform, or emulation. Docker takes this platform anyway; buildah 1.28
# would take that of the first stage.
FROM --platform=$TARGETPLATFORM ${RUNTIME}
ENV NODE_ENV=production
# V8's compiler works in segments of up to 32 KiB (v8 src/zone/zone.h, kMaximumSegmentSize). glibc keeps them after a large function has been
# compiled, some 30 MiB under load, because small things lie between them; from this size on, it returns each to the system (mallopt(3)).
ENV MALLOC_MMAP_THRESHOLD_=32768
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/dist ./dist
COPY LICENSE ./
COPY docs ./docs
COPY manifests/base/policy.yaml ./manifests/base/policy.yaml
# The user nonroot of distroless, as a number, so that the kubelet can verify runAsNonRoot.
USER 65532:65532
EXPOSE 8443 8080
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/main.js"]
CMD ["serve"]
