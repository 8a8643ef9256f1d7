import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import type { RunningGateway } from '../../client/gateway/serve';
import { documentOf, openGateway } from './open-gateway';

type Document = Awaited<ReturnType<typeof documentOf>>;

let gateway: RunningGateway;
let document: Document;

beforeAll(async () => {
  gateway = await openGateway({ settings: { GANGWAY_GATEWAY_DOCS: 'true' } });
  document = await documentOf(gateway);
});
afterAll(() => gateway.stop());

/** What Redocly finds in a document. */
function lint(source: unknown): readonly string[] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(__dirname, 'lint-openapi.mjs')], {
    input: JSON.stringify(source),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return z.array(z.string()).parse(JSON.parse(stdout));
}

/** What a JSON pointer of the document leads to. */
function at(pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, part) => z.record(z.string(), z.unknown()).safeParse(value).data?.[part], document);
}

describe('the OpenAPI document', () => {
  it('has every route', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/healthz',
        '/v1/signups',
        '/v1/intents',
        '/v1/intents/{provider}/{id}',
        '/v1/onboardings/{provider}/{id}/amend',
        '/callbacks/{provider}/{token}',
      ]),
    );
  });

  it('has only references that lead somewhere', () => {
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, pointer]) => pointer ?? '');
    expect(pointers.length).toBeGreaterThan(0);
    expect([...new Set(pointers)].filter((pointer) => !pointer.startsWith('#/') || at(pointer) === undefined)).toEqual(
      [],
    );
  });

  it('gives a linter nothing to find, which finds a reference that leads nowhere', () => {
    expect(lint(document)).toEqual([]);
    const { Signup: _signup, ...schemas } = document.components.schemas;
    expect(lint({ ...document, components: { ...document.components, schemas } })).toContainEqual(
      expect.stringContaining('no-unresolved-refs'),
    );
  });

  it('says application/problem+json of every error, and nothing else', () => {
    const wrong = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.values(operations).flatMap(({ responses }) =>
        Object.entries(responses)
          .filter(([status]) => Number(status) >= 400)
          .filter(([status]) => !(path === '/readyz' && status === '503'))
          .filter(([, { content }]) => Object.keys(content ?? {}).join() !== 'application/problem+json')
          .map(([status]) => `${path} ${status}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('has examples that fit their schemas, which compile as JSON Schema', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema({ ...document, $id: 'document' });
    const found = Object.entries(document.components.schemas).flatMap(([name, { examples = [] }]) => {
      const fits = ajv.compile({ $ref: `document#/components/schemas/${name}` });
      return z
        .array(z.unknown())
        .parse(examples)
        .map((example) => ({ name, fits: fits(example), errors: fits.errors }));
    });
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter(({ fits }) => !fits)).toEqual([]);
  });

  it.each([
    ['provider', 'no spaces'],
    ['fundingId', 'a~2'],
    ['amount', '0.00'],
    ['amount', '1e3'],
    ['amount', '-1'],
  ])('refuses what is refused: %s %j', (field, value) => {
    const ajv = new Ajv2020({ strict: false });
    addFormats(ajv);
    ajv.addSchema({ ...document, $id: 'document' });
    const fits = ajv.compile({ $ref: 'document#/components/schemas/Intent' });
    const [example] = z.array(z.record(z.string(), z.unknown())).parse(at('#/components/schemas/Intent/examples'));
    expect(fits(example)).toBe(true);
    expect(fits({ ...example, [field]: value })).toBe(false);
  });
});

test('/docs are closed unless they are asked for', async () => {
  const closed = await openGateway();
  try {
    for (const path of ['/docs', '/docs/json', '/docs/static/index.html']) {
      expect((await fetch(`${closed.url}${path}`)).status).toBe(404);
    }
  } finally {
    await closed.stop();
  }
  expect((await fetch(`${gateway.url}/docs/static/index.html`)).status).toBe(200);
});
