import type { CoinmenaConfig } from '../../../providers/coinmena/config';
import { CoinmenaConnector } from '../../../providers/coinmena/connector';
import { startCoinmenaSandbox } from '../../../sandbox/coinmena';
import { allEndpoints, type Endpoint as MatrixEndpoint } from '../../matrix/endpoints';
import { readBook, SandboxControl } from '../../matrix/sandbox-control';
import { applicant, configFor, newClient, TEST_SEED } from '../../providers/coinmena-fixtures';
import type { IdentityKit } from '../identity';
import type { Closable, Endpoint, Kit, Write } from '../kit';

/** The endpoints of the fault matrix make a connector of their own for each call. */
interface Settings extends Closable {
  readonly config: CoinmenaConfig;
}

export const coinmenaKit: Kit<Settings> = {
  provider: 'coinmena',
  startSandbox: () => startCoinmenaSandbox(),
  connect: (origin, timeoutMs) => ({
    config: { ...SETTINGS, origin, httpTimeoutMs: timeoutMs },
    close: () => Promise.resolve(),
  }),
  // A stored file is not told apart from another one if it cannot be read: test/matrix holds it to its own rules.
  endpoints: allEndpoints()
    .filter(({ operation }) => operation !== 'download-file')
    .map(adapted),
  hidden: (id) => {
    const { name, email, phone, birthDate, governmentId, address } = applicant(id);
    return [TEST_SEED, name, email, phone, birthDate, governmentId.number, address.street];
  },
  refusedSkewMs: -5_000,
};

export const coinmenaIdentity: IdentityKit = {
  startSandbox: () => startCoinmenaSandbox(),
  connect: (origin) => new CoinmenaConnector(configFor(origin)),
  creation: 'create-client',
  newClient,
};

/** Parsed once: that takes longer than a call. */
const SETTINGS = configFor('http://127.0.0.1:9');

function adapted(endpoint: MatrixEndpoint): Endpoint<Settings> {
  const { name, operation, signed, applied } = endpoint;
  return {
    name,
    operation,
    ...(signed ? {} : { unsigned: true }),
    arrange: async ({ id, well, controlUrl }) => {
      await endpoint.prepare({ id, control: new SandboxControl(controlUrl), well: (use) => through(well.config, use) });
      return {
        call: ({ config }) => endpoint.call(config, id),
        ...(applied === undefined
          ? {}
          : { write: { ...factsOf(endpoint, id), applied: (book) => applied(readBook(book), id) } }),
      };
    },
  };
}

function factsOf(
  { duplicate, repeatable, operation }: MatrixEndpoint,
  id: string,
): Pick<Write, 'repeated' | 'carries'> {
  if (repeatable === true) return { repeated: 'duplicates', carries: [] };
  if (duplicate === undefined) return { repeated: 'changes-nothing', carries: [] };
  const isOrder = operation === 'deposit' || operation === 'withdrawal';
  return { repeated: 'rejects', carries: [`"${id}"`, ...(isOrder ? [/"amount":"?10\.00"?[,}]/] : [])] };
}

async function through<Result>(
  config: CoinmenaConfig,
  use: (connector: CoinmenaConnector) => Promise<Result>,
): Promise<Result> {
  const connector = new CoinmenaConnector(config);
  try {
    return await use(connector);
  } finally {
    await connector.close();
  }
}
