# The image holds the bundle, which needs no packages. Build: docker build -t registry.corp.example/initlint:0.1.0 .
# Both base images have Node 24. Releases pin them by digest: --build-arg RUNTIME=…@sha256:…
ARG BUILDER=docker.io/library/node:24-bookworm-slim
ARG RUNTIME=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILDER} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Without install scripts: the only one would download a second Node, which the base image already has.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts ./scripts
COPY src ./src
RUN npm run build

FROM ${RUNTIME}
ENV NODE_ENV=production
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
