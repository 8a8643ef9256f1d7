import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute } from 'node:path';
import { z } from 'zod';
import { readBookSettings, type BookSettings } from '../book/settings';
import type { ApprovalRule } from '../contract/approval';
import { ACTIVITY_ATTEMPT_TIMEOUT_MS } from '../contract/timeouts';
import { readClamdSettings, type ClamdOptions } from '../inputs/clamd-settings';
import { readBlindIndexKeyFile } from '../keys/blind-index';
import { isEncrypting, readPayloadKeySettings, type PayloadKeySettings } from '../keys/settings';
import { goesDirect, readNetwork } from '../providers/http/network';
import { wholeNumber } from '../providers/http/settings';
import type { HostAndPort } from '../system/http-endpoint';
import { temporalSettings, TemporalSettingsError, type TemporalSettings } from '../temporal/connection';
import { readApprovalRules } from './approval-rules';
import { readEventSettings, type EventSettings } from './event-settings';
import { configureProviders, type ConfiguredProvider } from './provider-config';
import { readRequesterSecrets } from './requester-settings';
import { encodesFailures, WORKFLOW_BUNDLES } from './workflow-bundle';

const LOG_FORMATS = ['text', 'json'] as const;
const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

/** Everything a worker is told. */
export interface WorkerConfig {
  readonly temporal: TemporalSettings;
  readonly providers: readonly ConfiguredProvider[];
  /** Ids of providers that are not served because nothing of theirs is set. */
  readonly notConfigured: readonly string[];
  /** Which movements wait until other people have approved them. */
  readonly approvals: readonly ApprovalRule[];
  /** What proves who asked for a movement; none: nothing does. */
  readonly requesterSecrets: readonly string[];
  /** What every send is written into before it leaves. */
  readonly book: BookSettings;
  /** Absent: payloads stay in clear. */
  readonly payloadKeys?: PayloadKeySettings;
  /** The file with the keys of the blind index. Absent: nobody is found by e-mail, phone or paper. */
  readonly blindIndexKeys?: string;
  /** Absent: partners are told nothing. */
  readonly events?: EventSettings;
  readonly documents: {
    readonly roots: readonly string[];
    readonly hosts: readonly string[];
    readonly authorities?: string;
  };
  /** Absent: documents are not scanned for viruses. */
  readonly clamd?: ClamdOptions;
  /** Absent: no health endpoint. Port 0: any that is free. */
  readonly health?: { readonly host: string; readonly port: number };
  /** Absent: no metrics are kept. Port 0: any that is free. */
  readonly metrics?: HostAndPort;
  /** Path of the prebuilt workflow code. */
  readonly workflowBundle: string;
  readonly maxCachedWorkflows: number;
  readonly maxConcurrentActivities: number;
  readonly shutdownGraceMs: number;
  readonly log: { readonly format: (typeof LOG_FORMATS)[number]; readonly level: (typeof LOG_LEVELS)[number] };
}

/** Thrown if the environment cannot be worked with; lists every problem by its variable, never by its value. */
export class WorkerConfigError extends Error {
  override readonly name = 'WorkerConfigError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** A workflow that waits takes about 300 KB: 500 of them and the worker itself stay below 400 MB. */
const DEFAULT_MAX_CACHED_WORKFLOWS = 500;
const DEFAULT_MAX_CONCURRENT_ACTIVITIES = 100;
const DEFAULT_SHUTDOWN_GRACE_MS = ACTIVITY_ATTEMPT_TIMEOUT_MS + 10_000;
const LONGEST_SHUTDOWN_GRACE_MS = 3_600_000;
/** Known before anything else is: the port of an endpoint that is printed when the worker is ready. */
const ANY_PORT = 0;

const NOT_THROUGH_A_PROXY =
  'holds a host that HTTPS_PROXY would stand before: documents come from the very address that was checked, so name it in NO_PROXY too';

const HOST_AND_PORT = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i;

function list(separators: RegExp) {
  return z.string().transform((text) =>
    text
      .split(separators)
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  );
}

const environment = z.object({
  GANGWAY_PROVIDERS: list(/,/).optional(),
  GANGWAY_DOCUMENT_ROOTS: list(delimiter === ':' ? /[:,]/ : /[;,]/)
    .refine((roots) => roots.every(isDirectory), 'must list directories that exist, by absolute path')
    .default([]),
  GANGWAY_DOCUMENT_HOSTS: list(/,/)
    .refine((hosts) => hosts.every((host) => HOST_AND_PORT.test(host)), 'must list hosts, such as files.example.test')
    .default([]),
  GANGWAY_HEALTH_HOST: z.string().default('127.0.0.1'),
  GANGWAY_HEALTH_PORT: wholeNumber(0, 65_535).default(ANY_PORT),
  GANGWAY_METRICS_HOST: z.string().default('127.0.0.1'),
  GANGWAY_METRICS_PORT: wholeNumber(0, 65_535).default(ANY_PORT),
  GANGWAY_WORKFLOW_BUNDLE: z.string(),
  GANGWAY_MAX_CACHED_WORKFLOWS: wholeNumber(0, 1_000_000).default(DEFAULT_MAX_CACHED_WORKFLOWS),
  GANGWAY_MAX_CONCURRENT_ACTIVITIES: wholeNumber(1, 10_000).default(DEFAULT_MAX_CONCURRENT_ACTIVITIES),
  GANGWAY_SHUTDOWN_GRACE_MS: wholeNumber(ACTIVITY_ATTEMPT_TIMEOUT_MS + 1, LONGEST_SHUTDOWN_GRACE_MS).default(
    DEFAULT_SHUTDOWN_GRACE_MS,
  ),
  GANGWAY_LOG_FORMAT: z.enum(LOG_FORMATS, `must be one of ${LOG_FORMATS.join(', ')}`).default('text'),
  GANGWAY_LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('INFO'),
});

/**
 * Reads a worker's settings:
 * - TEMPORAL_*: how to reach Temporal (temporal/connection.ts)
 * - GANGWAY_PROVIDERS: whose task queues to work, default everybody of whom a variable is set; and the variables of
 *   each of them
 * - GANGWAY_APPROVALS: which movements need approval, and which limits there are, as JSON (inputs/approval-rules.ts); default
 *   none. A rule that no movement could meet at the providers that it serves stops it (worker/approval-rules.ts, worker/known-assets.ts)
 * - GANGWAY_REQUESTER_SECRETS or GANGWAY_REQUESTER_SECRETS_FILE (worker/requester-settings.ts)
 * - GANGWAY_DOCUMENT_ROOTS: directories that `file:` documents may be under, `:` or `,` between them; default none
 * - GANGWAY_DOCUMENT_HOSTS: hosts that `https:` documents may be at, with a port if it is not 443; default none
 * - GANGWAY_CLAMD and what belongs to it: what scans documents for viruses (inputs/clamd-settings.ts)
 * - GANGWAY_BOOK_URL and what belongs to it: the book that every send is written into; there is none without (book/settings.ts)
 * - GANGWAY_PAYLOAD_KEYS_FILE, GANGWAY_READ_PLAIN_PAYLOADS: how payloads are encrypted; not set: they are not (keys/settings.ts)
 * - GANGWAY_BLIND_INDEX_KEY_FILE: what clients are found by is hashed with; not set: nobody is found (keys/blind-index.ts)
 * - GANGWAY_EVENTS_URL, GANGWAY_EVENTS_SECRETS: where a partner is told of what happens (worker/event-settings.ts)
 * - GANGWAY_HEALTH_HOST, default 127.0.0.1; GANGWAY_HEALTH_PORT, default 0 for any free port, empty for no endpoint
 * - GANGWAY_METRICS_HOST, default 127.0.0.1; GANGWAY_METRICS_PORT, default 0 for any free port, empty for no metrics
 * - GANGWAY_WORKFLOW_BUNDLE, GANGWAY_MAX_CACHED_WORKFLOWS, GANGWAY_MAX_CONCURRENT_ACTIVITIES
 * - GANGWAY_SHUTDOWN_GRACE_MS: longer than an attempt of an activity, which is longer than any HTTP timeout
 * - GANGWAY_LOG_FORMAT `text` or `json`; GANGWAY_LOG_LEVEL
 *
 * An empty variable counts as absent, but for GANGWAY_HEALTH_PORT and GANGWAY_METRICS_PORT.
 *
 * @throws WorkerConfigError with every problem at once
 */
export function readWorkerConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  const problems: string[] = [];
  const temporal = readTemporal(env, problems);
  const given = Object.fromEntries(Object.entries(env).filter(([, text]) => text !== ''));
  const encrypts = isEncrypting(given);
  const workflowBundle = given['GANGWAY_WORKFLOW_BUNDLE'] ?? defaultBundle(encrypts);
  const set = environment.safeParse({ ...given, GANGWAY_WORKFLOW_BUNDLE: workflowBundle });
  for (const { path, message } of set.error?.issues ?? []) problems.push(`${path.map(String).join('.')} ${message}`);
  // The providers' own variables are looked at even if another one is wrong: all problems at once.
  const named = environment.shape.GANGWAY_PROVIDERS.parse(given['GANGWAY_PROVIDERS']);
  const { chosen, served, notConfigured } = configureProviders(named, env, problems);
  const approvals = readApprovalRules(given['GANGWAY_APPROVALS'] ?? '[]', chosen, problems);
  const events = readEventSettings(env, problems);
  const clamd = readClamdSettings(env, problems);
  const book = readBookSettings(env, problems);
  const payloadKeys = readPayloadKeySettings(env, problems);
  const blindIndexKeys = readBlindIndexKeyFile(env, problems);
  if (!isReadable(workflowBundle)) problems.push(`GANGWAY_WORKFLOW_BUNDLE ${NO_BUNDLE}`);
  else if (encrypts && !encodesFailures(workflowBundle)) problems.push(`GANGWAY_WORKFLOW_BUNDLE ${BUNDLE_IN_CLEAR}`);
  const requesterSecrets = readRequesterSecrets(env, problems);
  const network = readNetwork(env, (variable, problem) => problems.push(`${variable} ${problem}`));
  for (const host of set.data?.GANGWAY_DOCUMENT_HOSTS ?? []) {
    if (!goesDirect(host, network)) problems.push(`GANGWAY_DOCUMENT_HOSTS ${NOT_THROUGH_A_PROXY}`);
  }
  if (problems.length > 0 || !set.success || temporal === undefined || book === undefined)
    throw new WorkerConfigError([...new Set(problems)]);
  const { authorities } = network;
  const { data } = set;
  const noHealth = env['GANGWAY_HEALTH_PORT'] === '';
  const noMetrics = env['GANGWAY_METRICS_PORT'] === '';
  return {
    temporal,
    providers: served,
    notConfigured,
    approvals,
    requesterSecrets,
    book,
    ...(payloadKeys === undefined ? {} : { payloadKeys }),
    ...(blindIndexKeys === undefined ? {} : { blindIndexKeys }),
    ...(events === undefined ? {} : { events }),
    documents: {
      roots: data.GANGWAY_DOCUMENT_ROOTS,
      hosts: data.GANGWAY_DOCUMENT_HOSTS,
      ...(authorities === undefined ? {} : { authorities }),
    },
    ...(clamd === undefined ? {} : { clamd }),
    ...(noHealth ? {} : { health: { host: data.GANGWAY_HEALTH_HOST, port: data.GANGWAY_HEALTH_PORT } }),
    ...(noMetrics ? {} : { metrics: { host: data.GANGWAY_METRICS_HOST, port: data.GANGWAY_METRICS_PORT } }),
    workflowBundle: data.GANGWAY_WORKFLOW_BUNDLE,
    maxCachedWorkflows: data.GANGWAY_MAX_CACHED_WORKFLOWS,
    maxConcurrentActivities: data.GANGWAY_MAX_CONCURRENT_ACTIVITIES,
    shutdownGraceMs: data.GANGWAY_SHUTDOWN_GRACE_MS,
    log: { format: data.GANGWAY_LOG_FORMAT, level: data.GANGWAY_LOG_LEVEL },
  };
}

const NO_BUNDLE =
  'names a file that cannot be read; `npm run build` makes dist/workflow-bundle.js, the default, and dist/workflow-bundle-encoding.js, the default of a worker that encrypts payloads';
const BUNDLE_IN_CLEAR =
  'names a bundle that leaves messages of failures in clear: a worker that encrypts payloads needs dist/workflow-bundle-encoding.js';

function defaultBundle(encrypts: boolean): string {
  return encrypts ? WORKFLOW_BUNDLES.encodesFailures : WORKFLOW_BUNDLES.inClear;
}

function readTemporal(env: NodeJS.ProcessEnv, problems: string[]): TemporalSettings | undefined {
  try {
    return temporalSettings(env);
  } catch (error) {
    if (!(error instanceof TemporalSettingsError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function isDirectory(path: string): boolean {
  return isAbsolute(path) && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
