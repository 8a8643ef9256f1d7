import { builtinModules } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';

/**
 * Which room may import what. A place is a path from the repository's root without its extension; it allows itself and
 * everything below. `*` is any one provider; `$` is the provider whose folder the importing file is in.
 */
const SANDBOX_WHY =
  "The sandbox checks a client, so it must be able to disagree with it: it shares the signing layout's data only.";
const SHARED_OF_PROVIDERS = [
  'providers/port',
  'providers/callbacks',
  'providers/provider-error',
  'providers/registry',
  'providers/manifest',
  'providers/setup',
];
const INPUTS = 'inputs';
const TEMPORAL = 'temporal';
const SYSTEM = 'system';
const TEMPORAL_MESSAGES = 'contract/messages';
const BOOK = 'book';
const RECONCILIATION = 'reconciliation';
const KEYS = 'keys';
const OF_CLIENT = ['contract', INPUTS, SYSTEM, TEMPORAL, KEYS, 'client', ...SHARED_OF_PROVIDERS];
const SCHEMAS_WHY =
  'A route says what it takes by the schemas of inputs/, and what it answers by the components of the document.';

/**
 * The files of `workflows/` that decide: pure, tried by models and mutants. The other files there carry out their
 * decisions.
 */
const RULES = [
  ...['approvals', 'moves', 'orders', 'people', 'questions', 'recorded', 'rule', 'state', 'terms'].map(
    (name) => `funding/${name}`,
  ),
  ...['filing', 'questions', 'rule', 'state'].map((name) => `onboarding/${name}`),
  ...['arrivals', 'questions', 'rule', 'state'].map((name) => `receiving/${name}`),
  ...['details', 'rule', 'state'].map((name) => `batch/${name}`),
  ...['details', 'waiters'].map((name) => `watch/${name}`),
  'reconciliation/details',
  ...['amendments', 'details', 'event-type', 'how-to-answer', 'next-words', 'questions'].map(
    (name) => `shared/${name}`,
  ),
  ...['submission', 'turn', 'unchecked', 'waits'].map((name) => `shared/${name}`),
].map((name) => `workflows/${name}`);

const IMPORT_TABLE = [
  {
    room: 'contract/messages',
    places: ['contract'],
    packages: ['@temporalio/common', '@temporalio/workflow'],
    why: 'The words of the messages are made with define* of @temporalio/workflow (docs/adr/0003).',
  },
  {
    room: 'contract',
    places: ['contract'],
    packages: ['@temporalio/common', 'decimal.js'],
    why: 'The contract is pure: every room imports it.',
  },
  ...RULES.map((room) => ({
    room,
    places: ['contract', ...RULES],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: [],
    why: 'A rule decides from what was seen, without Temporal: the code that acts stands beside it.',
  })),
  {
    room: 'workflows',
    places: ['contract', 'workflows'],
    typePlaces: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    why: 'Workflows are deterministic and know capabilities, never providers; of activities they see the types.',
  },
  {
    room: 'inputs',
    places: ['contract', INPUTS],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: ['zod', 'csv-parse', 'node:'],
    why: 'What comes in is read here alike for every edge; what a provider wants of it, its module declares.',
  },
  {
    room: RECONCILIATION,
    places: ['contract', RECONCILIATION],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: [],
    why: 'Two books are compared from what was read of them: it is pure, and knows neither Temporal, book nor provider.',
  },
  {
    room: SYSTEM,
    places: [SYSTEM],
    packages: ['node:'],
    why: 'Processes, ports and files of the machine are the same for every program: it knows none of ours.',
  },
  {
    room: TEMPORAL,
    places: ['contract', INPUTS, SYSTEM, TEMPORAL],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: ['@grpc/grpc-js', '@temporalio/client', '@temporalio/common', '@temporalio/testing', 'node:'],
    why: 'How Temporal is reached, or started, is the same for whoever starts flows and whoever runs them.',
  },
  {
    room: 'activities',
    places: ['contract', INPUTS, RECONCILIATION, 'activities', ...SHARED_OF_PROVIDERS],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: ['@temporalio/activity', '@temporalio/common', 'undici', 'node:'],
    why: 'Activities know the port and the registry, never a named provider.',
  },
  {
    room: BOOK,
    places: ['contract', INPUTS, SYSTEM, BOOK],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: ['kysely', 'pg', 'node:'],
    why: 'The book outlives Temporal and knows no provider: activities use it through the ports of the contract.',
  },
  {
    room: KEYS,
    places: ['contract', INPUTS, SYSTEM, BOOK, KEYS],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: ['@temporalio/common', '@temporalio/proto', 'node:'],
    why: 'How payloads are encrypted is the same for whoever starts flows and whoever runs them: it knows neither.',
  },
  {
    room: 'providers/http',
    places: ['contract', INPUTS, 'providers/http', 'providers/port', 'providers/provider-error'],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: ['zod', 'undici', 'tweetnacl', 'node:'],
    why: 'The transport is shared by all providers and knows none, nor Temporal.',
  },
  {
    room: 'providers/destinations',
    places: ['contract', 'providers/destinations'],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: ['@ensdomains/address-encoder', '@noble/curves', 'ibantools', 'validator', 'node:'],
    why: 'Where money can go is the same at every provider: it knows none.',
  },
  {
    room: 'providers/registry',
    places: ['contract', INPUTS, 'providers'],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: ['zod', 'node:'],
    why: 'The registry is the one place that names every provider; it knows no Temporal.',
  },
  {
    room: 'providers/*',
    places: [
      'contract',
      'providers/$',
      'providers/http',
      'providers/assumption',
      'providers/destinations',
      'providers/identity',
      'providers/port',
      'providers/callbacks',
      'providers/provider-error',
      'providers/setup',
      INPUTS,
    ],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: ['zod', 'undici', 'tweetnacl', 'decimal.js', 'node:'],
    why: 'A provider knows neither Temporal nor another provider.',
  },
  {
    room: 'providers',
    places: [
      'contract',
      INPUTS,
      'providers/port',
      'providers/callbacks',
      'providers/provider-error',
      'providers/setup',
    ],
    notPlaces: [TEMPORAL_MESSAGES],
    packages: ['zod', 'node:'],
    why: 'What all providers share knows none of them, nor Temporal.',
  },
  {
    room: 'client/gateway/routes',
    places: OF_CLIENT,
    packages: ['fastify', 'node:'],
    why: SCHEMAS_WHY,
  },
  {
    room: 'client/gateway',
    places: OF_CLIENT,
    packages: ['prom-client', '@temporalio/client', 'zod', 'fastify', '@fastify', 'standardwebhooks', 'node:'],
    why: 'The gateway is the one place that speaks HTTP to callers; it starts and steers through the facade.',
  },
  {
    room: 'client/codec-server',
    places: [...OF_CLIENT, BOOK],
    packages: ['@temporalio/common', 'zod', 'fastify', 'jose', 'node:'],
    why: 'The codec server reads payloads for people, and writes down who: it has keys and book, and no Temporal.',
  },
  {
    room: 'client/events',
    places: OF_CLIENT,
    packages: ['@nats-io', 'node:'],
    why: 'Queues are read here and nowhere else; what they hold is started through the facade.',
  },
  {
    room: 'client/cli/up',
    places: [...OF_CLIENT, BOOK],
    packages: ['zod', 'node:'],
    why: 'Worker and sandbox are processes that it starts by path, and reads the first line of.',
  },
  {
    room: 'client',
    places: [...OF_CLIENT, BOOK],
    packages: [
      '@temporalio/client',
      '@temporalio/common',
      'commander',
      'picocolors',
      'cli-table3',
      'cli-progress',
      'csv-stringify',
      'fast-xml-builder',
      'safe-stable-stringify',
      'yazl',
      'node:',
    ],
    why: 'The client starts and steers; worker and sandbox are processes that it starts by path. Schemas of what comes in are in inputs/.',
  },
  {
    room: 'sandbox/http',
    places: ['sandbox/http'],
    packages: ['zod', 'decimal.js', 'tweetnacl', 'node:'],
    why: SANDBOX_WHY,
  },
  {
    room: 'sandbox/*',
    places: ['sandbox/$', 'sandbox/http', 'providers/$/layout'],
    packages: ['zod', 'decimal.js', 'tweetnacl', 'node:'],
    why: SANDBOX_WHY,
  },
  {
    room: 'sandbox',
    places: ['sandbox'],
    packages: ['zod', 'commander', 'node:'],
    why: SANDBOX_WHY,
  },
  {
    room: 'worker',
    places: ['contract', INPUTS, SYSTEM, TEMPORAL, BOOK, KEYS, 'worker', 'activities', 'providers', 'client'],
    typePlaces: ['workflows'],
    packages: undefined,
    why: 'The worker puts everything together; workflows reach it as a bundle or a path, never as values.',
  },
  {
    room: 'chaos/providers/impatient-worker',
    places: ['chaos', 'worker'],
    packages: [],
    why: 'A worker as it ships, in a hurry.',
  },
  {
    room: 'chaos',
    places: [
      ...['contract', INPUTS, SYSTEM, TEMPORAL, BOOK, KEYS, 'providers', 'sandbox', 'client', 'chaos'],
      'workflows/shared/amendments',
    ],
    packages: ['@temporalio/client', '@temporalio/common', '@temporalio/proto', 'cli-table3', 'zod', 'node:'],
    why: 'The campaign starts what ships, as processes, and judges by the books of the sandboxes; the tests are above it.',
  },
];

/** ESLint rule: refuses what the table does not allow. A room that the table lacks may import anything. */
export const importTable = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      place: '{{room}} may not import {{target}}. {{why}}',
      typeOnly: '{{room}} may import types of {{target}} only. {{why}}',
      package: '{{room}} may not import the package {{target}}. {{why}}',
    },
  },
  create(context) {
    const root = context.settings['gangway/root'] ?? context.cwd;
    const file = placeOf(root, context.filename);
    const row = IMPORT_TABLE.find(({ room }) => match(room, file) !== undefined);
    if (row === undefined) return {};
    const provider = match(row.room, file);

    function check(source, node, typeOnly) {
      if (typeof source !== 'string') return;
      const report = (messageId, target) => {
        context.report({ node, messageId, data: { room: row.room, target, why: row.why } });
      };
      if (!source.startsWith('.')) {
        if (row.packages !== undefined && !row.packages.some((name) => isOfPackage(source, name))) {
          report('package', source);
        }
        return;
      }
      const target = placeOf(root, resolve(dirname(context.filename), source));
      const within = (places = []) => places.some((place) => isWithin(target, place.replace('$', provider ?? '$')));
      if (within(row.places) && !within(row.notPlaces)) return;
      if (!within(row.typePlaces)) report('place', target);
      else if (!typeOnly) report('typeOnly', target);
    }

    return {
      ImportDeclaration: (node) => check(node.source.value, node, onlyTypes(node)),
      ExportNamedDeclaration: (node) => check(node.source?.value, node, onlyTypes(node)),
      ExportAllDeclaration: (node) => check(node.source.value, node, node.exportKind === 'type'),
      ImportExpression: (node) => check(node.source.value, node, false),
      TSExternalModuleReference: (node) => check(node.expression.value, node, false),
      TSImportType: (node) => check(node.source?.value ?? node.argument?.literal?.value, node, true),
      "CallExpression[callee.name='require']": (node) => check(node.arguments[0]?.value, node, false),
    };
  },
};

/** The part that `*` stands for, '' if the pattern has none, undefined if the file is not in the room. */
function match(room, file) {
  if (!room.endsWith('/*')) return isWithin(file, room) ? '' : undefined;
  const [parent, name, ...below] = file.split('/');
  return parent === room.slice(0, -2) && below.length > 0 ? name : undefined;
}

function isWithin(place, container) {
  return place === container || place.startsWith(`${container}/`);
}

function isOfPackage(source, name) {
  if (name === 'node:') return source.startsWith('node:') || builtinModules.includes(source);
  return isWithin(source, name);
}

function placeOf(root, path) {
  return relative(root, path)
    .split(sep)
    .join('/')
    .replace(/\.(ts|js|mjs|cjs|json)$/, '');
}

function onlyTypes(node) {
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  return (
    node.specifiers.length > 0 &&
    node.specifiers.every(({ importKind, exportKind }) => importKind === 'type' || exportKind === 'type')
  );
}
