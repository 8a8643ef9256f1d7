import { InterceptingCall } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import { connectGangway, type Gangway } from '../../client';
import { NEEDS_ATTENTION, PROVIDER } from '../../contract/search-attributes';
import { eventually } from '../setup/eventually';
import { testTemporalAddress } from '../setup/temporal';

/** A long list costs few round trips. `GANGWAY_LIST_FLOWS=10000 npx jest test/client/list-pages` says how long it takes. */
const FLOWS = Number(process.env['GANGWAY_LIST_FLOWS'] ?? 250);
const PROVIDER_OF_TEST = `listed-${process.pid}`;
const AT_ONCE = 50;

let connection: Connection;
let gangway: Gangway;
let pages = 0;

beforeAll(async () => {
  connection = await Connection.connect({
    address: testTemporalAddress(),
    interceptors: [
      (options, next) => {
        if (options.method_definition.path.endsWith('/ListWorkflowExecutions')) pages += 1;
        return new InterceptingCall(next(options));
      },
    ],
  });
  gangway = await connectGangway({ connection, address: testTemporalAddress() });
  const client = new Client({ connection });
  const numbers = Array.from({ length: FLOWS }, (_, index) => index).values();
  const lane = async (): Promise<void> => {
    for (const number of numbers) {
      await client.workflow.start('fundAccount', {
        workflowId: `funding/${PROVIDER_OF_TEST}/f-${number}`,
        taskQueue: `nobody-${PROVIDER_OF_TEST}`,
        args: [{}],
        typedSearchAttributes: [
          { key: PROVIDER, value: PROVIDER_OF_TEST },
          { key: NEEDS_ATTENTION, value: 'INSUFFICIENT_FUNDS' },
        ],
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}, 900_000);
afterAll(async () => {
  await connection.close();
});

test(`${FLOWS} that wait for a person are listed in ${Math.ceil(FLOWS / 1_000)} pages`, async () => {
  const filter = { needsAttention: true, provider: PROVIDER_OF_TEST, limit: 10_000 };
  await eventually(async () => ((await gangway.list(filter)).length === FLOWS ? true : undefined), 120_000);
  pages = 0;
  const begin = performance.now();
  const flows = await gangway.list(filter);
  if (process.env['GANGWAY_LIST_FLOWS'] !== undefined) {
    console.log(`${flows.length} listed in ${pages} pages and ${Math.round(performance.now() - begin)} ms`);
  }
  expect(new Set(flows.map(({ workflowId }) => workflowId)).size).toBe(FLOWS);
  expect(pages).toBeLessThanOrEqual(Math.ceil(FLOWS / 1_000) + 1);
}, 300_000);
