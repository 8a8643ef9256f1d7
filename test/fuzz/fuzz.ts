import { inspect } from 'node:util';
import fc from 'fast-check';

/**
 * How long and from where the fuzz tests draw. The defaults are bounded and always the same; for a long run:
 * `GANGWAY_FUZZ_FACTOR=50 GANGWAY_FUZZ_SEED=$RANDOM npx jest test/fuzz --testTimeout 3600000`.
 */
const FACTOR = Number(process.env['GANGWAY_FUZZ_FACTOR'] ?? '1');
const SEED = Number(process.env['GANGWAY_FUZZ_SEED'] ?? '20261121');

/** As many of the drawn values as `runs` says, times GANGWAY_FUZZ_FACTOR. */
export function draw<Value>(arbitrary: fc.Arbitrary<Value>, runs: number): readonly Value[] {
  return fc.sample(arbitrary, { numRuns: Math.ceil(runs * FACTOR), seed: SEED });
}

const AT_ONCE = 250;

/** As {@link draw}, without ever holding all of them: for the millions of a long run. */
export function* drawOneByOne<Value>(arbitrary: fc.Arbitrary<Value>, runs: number): Generator<Value> {
  const all = Math.ceil(runs * FACTOR);
  for (let from = 0; from < all; from += AT_ONCE) {
    yield* fc.sample(arbitrary, { numRuns: Math.min(AT_ONCE, all - from), seed: SEED + from });
  }
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Names that JavaScript itself gives a meaning to. */
const TELLING_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'length',
];

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\uD800',
    '\u202E',
    'null',
    'NaN',
    '1e999',
    '-0',
    '../../..',
    '%00',
    "'; --",
    'x'.repeat(20_000),
  ),
);

const oddNumber = fc.constantFrom(-0, 0.1, -1, 2 ** 53, 2 ** 53 + 2, 1e308, 5e-324, -(2 ** 63));

function parseJson(text: string): Json {
  const json: Json = JSON.parse(text);
  return json;
}

/** An object under a name that JSON allows and that an object literal would take for its prototype. */
function named(name: string, value: Json): Json {
  return parseJson(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
}

/** `depth` objects or lists inside each other. */
function nested(depth: number, inList: boolean): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) value = inList ? [value] : { a: value };
  return value;
}

const plainJson: fc.Arbitrary<Json> = fc.json({ maxDepth: 3, stringUnit: 'binary' }).map(parseJson);

/** JSON of every kind that nobody expects. */
export const hostileJson: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: plainJson },
  { weight: 2, arbitrary: oddText },
  { weight: 2, arbitrary: oddNumber },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...TELLING_NAMES), plainJson).map(([name, value]) => named(name, value)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(20, 200, 1_500), fc.boolean()).map(([depth, inList]) => nested(depth, inList)),
  },
  { weight: 1, arbitrary: fc.constantFrom(100, 5_000).map((length) => Array.from({ length }, () => 0)) },
  {
    weight: 1,
    arbitrary: fc.constant(Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, 0]))),
  },
);

interface Step {
  readonly at: number;
  readonly do: 'replace' | 'remove' | 'add' | 'wrap';
  readonly value: Json;
}

const step: fc.Arbitrary<Step> = fc.record({
  at: fc.nat(),
  do: fc.constantFrom('replace', 'replace', 'remove', 'add', 'wrap'),
  value: hostileJson,
});

/** `base` with one to three things in it changed, wherever they are; and sometimes something else altogether. */
export function spoiled(base: Json): fc.Arbitrary<Json> {
  const changed = fc
    .array(step, { minLength: 1, maxLength: 3 })
    .map((steps) =>
      steps.reduce(
        (value, change) => changedAt(value, change, paths(value)[change.at % paths(value).length] ?? []),
        base,
      ),
    );
  return fc.oneof({ weight: 6, arbitrary: changed }, { weight: 1, arbitrary: hostileJson });
}

type Path = readonly (string | number)[];

/** The places of what a person or a provider wrote; what was put in by a change is not gone into. */
function paths(value: Json, at: Path = []): readonly Path[] {
  if (at.length > 6 || value === null || typeof value !== 'object') return [at];
  const inner = Object.entries(value).slice(0, 50);
  return [at, ...inner.flatMap(([name, each]) => paths(each, [...at, name]))];
}

function changedAt(value: Json, change: Step, path: Path): Json {
  const [name, ...rest] = path;
  if (name !== undefined && typeof value === 'object' && value !== null) {
    const entries: [string, Json][] = Object.entries(value);
    const next = entries.flatMap(([key, each]): [string, Json][] => {
      if (key !== String(name)) return [[key, each]];
      return rest.length === 0 && change.do === 'remove' ? [] : [[key, changedAt(each, change, rest)]];
    });
    return isList(value) ? next.map(([, each]) => each) : Object.fromEntries(next);
  }
  switch (change.do) {
    case 'add':
      return typeof value === 'object' && value !== null && !isList(value)
        ? { ...value, added: change.value }
        : change.value;
    case 'wrap':
      return [value];
    case 'remove':
    case 'replace':
      return change.value;
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** What a failing test shows of a drawn value. */
export function shown(value: unknown): string {
  const text = inspect(value, { depth: 8, maxStringLength: 200, maxArrayLength: 20, breakLength: Infinity });
  return text.length > 300 ? `${text.slice(0, 300)}... (${text.length} characters)` : text;
}
