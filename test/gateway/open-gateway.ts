import { z } from 'zod';
import { readGatewayConfig } from '../../client/gateway/config';
import { startGateway, type RunningGateway } from '../../client/gateway/serve';

interface Opened {
  /** Of the environment. */
  readonly settings?: NodeJS.ProcessEnv;
  readonly arrivalTimeoutMs?: number;
  readonly log?: string[];
}

/** A gateway on a free port; without TEMPORAL_ADDRESS in its settings, one whose Temporal is away. */
export async function openGateway({ settings = {}, arrivalTimeoutMs, log = [] }: Opened = {}): Promise<RunningGateway> {
  const config = readGatewayConfig({
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    GANGWAY_GATEWAY_PORT: '0',
    GANGWAY_METRICS_PORT: '',
    ...settings,
  });
  return await startGateway(config, {
    version: '0.0.0',
    log: { write: (line) => void log.push(line) },
    ...(arrivalTimeoutMs === undefined ? {} : { arrivalTimeoutMs }),
  });
}

const schemas = z.record(z.string(), z.record(z.string(), z.unknown()));
const operation = z.looseObject({
  operationId: z.string(),
  responses: z.record(z.string(), z.looseObject({ content: schemas.optional() })),
});

/** The document as far as the tests read it. */
export const openApiDocument = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas }),
});

/** The OpenAPI document of a gateway whose /docs are open. */
export async function documentOf({ url }: RunningGateway): Promise<z.output<typeof openApiDocument>> {
  return openApiDocument.parse(await (await fetch(`${url}/docs/json`)).json());
}
