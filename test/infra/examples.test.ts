import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { setupIds, setupOf } from '../../client/cli/up/setups';
import { readFundingInput, readOnboardAndFund } from '../../client/flow/requests';
import type { ApplicationDocument } from '../../contract/onboarding';
import { applicationSchema, fundingRequestSchema, onboardAndFundSchema, receivingRequestSchema } from '../../inputs';
import { findProvider, providerIds } from '../../providers/registry';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
const LARGEST_BYTES = 200_000;

function example(file: string): unknown {
  return JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8'));
}

/** Where a document's file is: its uri is relative to the example that names it. */
function pathOf(uri: string): string {
  return fileURLToPath(new URL(uri, pathToFileURL(join(EXAMPLES, 'coinmena.json'))));
}

describe('examples', () => {
  const schemas: readonly (readonly [string, z.ZodType])[] = [
    ['coinmena.json', onboardAndFundSchema],
    ['application.json', applicationSchema],
    ['deposit.json', fundingRequestSchema],
    ['withdrawal.json', fundingRequestSchema],
    ['oceafin.json', onboardAndFundSchema],
    ['oceafin-withdrawal.json', fundingRequestSchema],
    ['oceafin-conversion.json', fundingRequestSchema],
    ['oceafin-receive.json', receivingRequestSchema],
    ['backoffice-deposit.json', fundingRequestSchema],
    ['backoffice-withdrawal.json', fundingRequestSchema],
    ['coinify-payout.json', fundingRequestSchema],
  ];

  it.each(schemas)('%s is a request that Gangway accepts', (file, schema) => {
    expect(schema.safeParse(example(file)).error).toBeUndefined();
  });

  it('names only examples that are there, in `gangway up`, and all of them suit their provider', () => {
    const files = setupIds().flatMap((id) => {
      const { flows, more } = setupOf(id).example;
      const ran = flows.flatMap((flow) =>
        flow.does === 'onboard-and-fund' ? [flow.file] : 'file' in flow.request ? [flow.request.file] : [],
      );
      return [...ran, ...more.flatMap((line) => /examples\/([a-z-]+\.json)/.exec(line)?.[1] ?? [])];
    });
    expect(files).toEqual(expect.arrayContaining(['coinmena.json', 'oceafin.json']));
    expect(setupIds()).toEqual(expect.arrayContaining([...providerIds()]));
    for (const file of files) {
      const input = example(file);
      const { provider } = z.looseObject({ provider: z.string() }).parse(input);
      if (findProvider(provider) === undefined) continue;
      const read = (): unknown => ('funding' in Object(input) ? readOnboardAndFund(input) : readFundingInput(input));
      expect(read).not.toThrow();
    }
  });

  it('shows the same person with and without a deposit', () => {
    const { funding, ...application } = onboardAndFundSchema.parse(example('coinmena.json'));
    expect(application).toEqual(applicationSchema.parse(example('application.json')));
    expect(funding).toMatchObject([{ kind: 'deposit', asset: 'USD', amount: '1000.00' }]);
  });

  it('carries an ID card of two sides and a proof of address, which are what they say', () => {
    const documents: readonly ApplicationDocument[] = applicationSchema.parse(example('application.json')).documents;
    const files = documents.flatMap(({ type, front, back }) =>
      [front, ...(back === undefined ? [] : [back])].map(({ uri }) => ({ type, bytes: readFileSync(pathOf(uri)) })),
    );
    const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
    expect(files.map(({ type }) => type)).toEqual(['government_id', 'government_id', 'proof_of_address']);
    expect(
      files.map(({ bytes }) => (bytes.subarray(0, 3).equals(JPEG) ? 'JPEG' : bytes.toString('latin1', 0, 5))),
    ).toEqual(['JPEG', 'JPEG', '%PDF-']);
    expect(files[0]?.bytes.equals(files[1]?.bytes ?? Buffer.alloc(0))).toBe(false);
  });

  it('is small', () => {
    const files = ['documents/id-front.jpg', 'documents/id-back.jpg', 'documents/utility-bill.pdf'];
    const sizes = files.map((file) => statSync(join(EXAMPLES, file)).size);
    expect(sizes.every((size) => size > 0 && size < LARGEST_BYTES)).toBe(true);
  });
});
