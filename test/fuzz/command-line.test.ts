import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { z } from 'zod';
import { EXIT } from '../../client/cli/exit-code';
import { runCommandLine } from '../../client/cli/command-line';
import { applicationSchema, fundingRequestSchema, onboardAndFundSchema, parseInput } from '../../inputs';
import { runCli } from '../client/run-cli';
import { inLanes } from '../../system/in-lanes';
import { Rig } from '../setup/rig';
import { draw, hostileJson, shown, spoiled, type Json } from './fuzz';
import { nestedText } from './raw';

/**
 * Whatever is typed into the command line, options, ids and files: it is done, or refused in a sentence. It never ends
 * in a stack trace or not at all, and nothing is started but what its schema takes.
 */
let rig: Rig;
let outside: Temporal;
beforeAll(async () => {
  rig = await Rig.start();
  await (await rig.onboard(rig.application('payer'))).result();
  outside = { TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'] };
  process.env['TEMPORAL_ADDRESS'] = rig.server.address;
});
afterAll(async () => {
  if (outside.TEMPORAL_ADDRESS === undefined) delete process.env['TEMPORAL_ADDRESS'];
  else process.env['TEMPORAL_ADDRESS'] = outside.TEMPORAL_ADDRESS;
  await rig.close();
});

interface Temporal {
  readonly TEMPORAL_ADDRESS: string | undefined;
}

/** Far beyond what a command takes that follows nothing. */
const HANGS_MS = 60_000;
const LONGEST_ANSWER = 30_000;
const CODES: readonly (string | number | null | undefined)[] = Object.values(EXIT);

interface Ending {
  readonly exitCode: string | number | null | undefined;
  readonly said: string;
}

/** Runs a command line in this process, with what it says kept. */
async function run(args: readonly string[]): Promise<Ending> {
  const said: string[] = [];
  const keep = (chunk: unknown): boolean => {
    said.push(String(chunk));
    return true;
  };
  const before = process.exitCode;
  const written = [
    jest.spyOn(process.stdout, 'write').mockImplementation(keep),
    jest.spyOn(process.stderr, 'write').mockImplementation(keep),
  ];
  let timer: NodeJS.Timeout | undefined;
  try {
    process.exitCode = undefined;
    const hung = new Promise<void>((_, reject) => {
      timer = setTimeout(() => reject(new Error('it hung')), HANGS_MS);
    });
    await Promise.race([runCommandLine(args), hung]);
    return { exitCode: process.exitCode, said: said.join('') };
  } catch (error) {
    return { exitCode: 'it threw', said: String(error) };
  } finally {
    clearTimeout(timer);
    for (const spy of written) spy.mockRestore();
    process.exitCode = before;
  }
}

/** What is wrong with how a command line ended. */
function wrongWith(args: readonly string[], { exitCode, said }: Ending): readonly string[] {
  const problems = [
    ...(CODES.includes(exitCode) ? [] : [`exit ${String(exitCode)}: ${said}`]),
    ...(/^\s+at .*:\d+:\d+/m.test(said) ? ['a stack trace'] : []),
    ...(/"code":"FAILED"|TypeError|RangeError|is not a function/.test(said) ? [`it broke: ${said.slice(0, 300)}`] : []),
    ...(said.length > LONGEST_ANSWER ? [`${said.length} characters said`] : []),
    ...(said.trim() === '' ? ['it said nothing'] : []),
    ...(asksForJson(args) && exitCode !== EXIT.done && !isDocuments(said) ? [`no JSON: ${said}`] : []),
  ];
  return problems.map((problem) => `${shown(args)}: ${problem}`);
}

/** An option that takes a value takes `--json` for it. */
function asksForJson(args: readonly string[]): boolean {
  return args.some((arg, index) => arg === '--json' && !/^--(?!detach$|assumptions$)/.test(args[index - 1] ?? ''));
}

function isDocuments(said: string): boolean {
  return said
    .trim()
    .split('\n')
    .every((line) => line.startsWith('{') && line.endsWith('}'));
}

/** What every workflow of this namespace was started with; what no schema takes, or is under another's id. */
async function startedWrongly(): Promise<readonly string[]> {
  const schemas: Readonly<Record<string, z.ZodType>> = {
    fundAccount: fundingRequestSchema,
    onboardClient: applicationSchema,
    onboardAndFund: onboardAndFundSchema,
  };
  const wrong: string[] = [];
  for await (const { workflowId, type } of rig.client.workflow.list()) {
    const schema = schemas[type];
    const { events } = await rig.client.workflow.getHandle(workflowId).fetchHistory();
    const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const input: unknown = JSON.parse(Buffer.from(payload?.data ?? []).toString('utf8'));
    if (schema === undefined || !parseInput(schema, input).ok) wrong.push(`${workflowId}: ${shown(input)}`);
  }
  return wrong;
}

/** A text as somebody types it; a process's argument cannot hold a NUL. */
const typed = fc
  .oneof(
    { weight: 3, arbitrary: hostileJson.map((json) => (typeof json === 'string' ? json : JSON.stringify(json))) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        'payer',
        'funding/coinmena/x',
        'onboarding/coinmena/payer',
        'funding/coinmena/../../x',
        'a~2',
        '../../etc/passwd',
        '-1',
        '--',
        '1e3',
        '10.00',
        '0x10',
        '１０',
        '1,000.00',
        'USD',
        "x' OR WorkflowId != '",
        '"; DROP TABLE',
        'coinmena',
        'retry',
        '\u202E\u0000',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  )
  .map((text) => text.slice(0, 20_000));

/** A right value most of the time, so that a command line is wrong in one place or two. */
function mostly(right: string): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: typed });
}

function option(name: string, right: string): fc.Arbitrary<readonly string[]> {
  return fc.oneof(
    { weight: 8, arbitrary: mostly(right).map((value) => [name, value]) },
    { weight: 1, arbitrary: mostly(right).map((value) => [`${name}=${value}`]) },
    { weight: 1, arbitrary: fc.constantFrom<readonly string[]>([], [name], [name, right, name, right]) },
  );
}

const extra = fc.oneof(
  { weight: 6, arbitrary: fc.constant<readonly string[]>([]) },
  { weight: 3, arbitrary: fc.constant(['--json']) },
  { weight: 1, arbitrary: typed.map((text) => [text]) },
);

function line(...parts: fc.Arbitrary<readonly string[]>[]): fc.Arbitrary<readonly string[]> {
  return fc.tuple(...parts, extra).map((drawn) => drawn.flat());
}

function words(...fixed: string[]): fc.Arbitrary<readonly string[]> {
  return fc.constant(fixed);
}

const decision = [option('--by', 'ops-1'), option('--reason', 'tried')] as const;
const named = mostly('nobody-1').map((id) => [id]);

const lines: fc.Arbitrary<readonly string[]> = fc.oneof(
  line(
    fc.constantFrom('deposit', 'withdraw').map((movement) => ['fund', movement, '--detach']),
    option('--client', 'payer'),
    option('--asset', 'USD'),
    option('--amount', '1.00'),
    fc.nat({ max: 1e9 }).chain((n) => option('--id', `typed-${n}`)),
    option('--provider', 'coinmena'),
  ),
  line(words('status'), named, option('--provider', 'coinmena')),
  line(words('list'), option('--stage', 'completed'), option('--limit', '3'), option('--provider', 'coinmena')),
  line(words('resolve'), named, option('--action', 'retry'), option('--evidence', 'ticket-1'), ...decision),
  line(words('cancel'), named, ...decision),
  line(words('doctor', '--assumptions'), option('--provider', 'coinmena')),
  typed.map((text) => [text]),
  fc.array(typed, { maxLength: 4 }),
);

test('every option and id that is typed', async () => {
  const wrong = [];
  for (const args of draw(lines, 250)) wrong.push(...wrongWith(args, await run(args)));
  expect(wrong).toEqual([]);
  expect(await startedWrongly()).toEqual([]);
}, 120_000);

/** What a file holds. */
type Content = string | Uint8Array;

function file(content: Content): string {
  const path = join(rig.files, `typed-${files++}.json`);
  writeFileSync(path, content);
  return path;
}
let files = 0;

function json(value: object): Json {
  const plain: Json = JSON.parse(JSON.stringify(value));
  return plain;
}

const rawContents: fc.Arbitrary<Content> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom<Content[]>(
    '',
    '\uFEFF',
    '{',
    'null',
    '"text"',
    '[]',
    '{"provider":"coinmena","provider":"coinmena"}',
    nestedText(100_000),
    '['.repeat(200_000),
    `{"documents":[${'0,'.repeat(200_000)}0]}`,
    `{"provider":"${'x'.repeat(2_000_000)}"}`,
    '{"__proto__":{"provider":"coinmena"}}',
    Buffer.from('{"provider":"coinmena"}', 'utf16le'),
  ),
);

/** A command that reads a file, and what the file should hold. */
function withFile(args: (path: string) => readonly string[], right: (n: number) => Json) {
  const contents = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.nat({ max: 1e9 }).chain((n) => spoiled(right(n)).map((value) => JSON.stringify(value))),
    },
    { weight: 1, arbitrary: rawContents },
  );
  return contents.map((content) => ({ args, content }));
}

test('every file that is named', async () => {
  const { documents: refs, ...application } = rig.application('typed');
  const documents = refs.map(({ type, front }) => ({ type, front: { uri: front.uri.split('/').at(-1) ?? '' } }));
  const movement = { kind: 'deposit', asset: 'USD', amount: '1.00' };
  const onboarding = (n: number): Json => json({ ...application, partnerClientId: `typed-${n}`, documents });
  const drawn = draw(
    fc.oneof(
      withFile(
        (path) => ['fund', 'deposit', path, '--detach'],
        (n) => json({ provider: 'coinmena', partnerClientId: 'payer', fundingId: `typed-${n}`, ...movement }),
      ),
      withFile((path) => ['onboard', path, '--detach', '--json'], onboarding),
      withFile(
        (path) => ['onboard-and-fund', path, '--detach'],
        (n) => ({ ...asObject(onboarding(n)), funding: [{ fundingId: `typed-${n}.1`, ...movement }] }),
      ),
      withFile(
        (path) => ['amend', 'nobody-1', '--patch', path, '--by', 'ops-1', '--reason', 'tried'],
        () => json({ applicant: { phone: '+97300000002' }, documents }),
      ),
    ),
    150,
  );
  const wrong = [];
  for (const { args, content } of drawn) {
    const typedLine = args(file(content));
    wrong.push(...wrongWith(typedLine, await run(typedLine)).map((problem) => `${problem} in ${shown(content)}`));
  }
  expect(wrong).toEqual([]);
  expect(await startedWrongly()).toEqual([]);
}, 120_000);

function asObject(value: Json): object {
  return typeof value === 'object' && value !== null ? value : {};
}

test('files that are none, and settings that are none, as a process of its own', async () => {
  const directory = join(rig.files, 'a directory');
  mkdirSync(directory);
  const env = { TEMPORAL_ADDRESS: rig.server.address };
  const right = ['list', '--json'];
  const cases: readonly (readonly [readonly string[], NodeJS.ProcessEnv])[] = [
    [['onboard', directory], env],
    [['fund', 'deposit', join(rig.files, 'x'.repeat(5_000))], env],
    [['keygen', '--out', join(rig.files, 'no', 'such', 'directory')], env],
    [['keygen', '--out', directory], env],
    [['up', '--once', '--ui-port', '1e3'], env],
    [['up', '--once', '--provider', '__proto__'], env],
    [['sandbox', 'coinmena', '--port', '-1'], env],
    [['sandbox', '__proto__'], env],
    [['worker'], { ...env, COINMENA_BASE_URL: 'javascript:alert(1)', COINMENA_PRIVATE_KEY: '0' }],
    [['worker'], { ...env, GANGWAY_PROVIDERS: '__proto__,constructor' }],
    [right, { TEMPORAL_ADDRESS: 'not an address' }],
    [right, { TEMPORAL_ADDRESS: ':' }],
    [right, { ...env, TEMPORAL_NAMESPACE: '\u202E' }],
    [right, { ...env, TEMPORAL_TLS: 'perhaps' }],
  ];
  const wrong = await inLanes(2, cases, async ([args, settings]) => {
    const { exitCode, stdout, stderr } = await runCli(args, { env: settings });
    return [
      ...wrongWith(args, { exitCode, said: `${stdout}${stderr}` }),
      ...(exitCode === EXIT.done ? [`${shown([args, settings])} was done`] : []),
    ];
  });
  expect(wrong.flat()).toEqual([]);
}, 120_000);
