import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities, type Activities } from '../../activities';
import { createDocumentStore } from '../../activities/documents/store';
import type { FailureDetails } from '../../contract/errors';
import type { Application, Applicant, ApplicationDocument } from '../../contract/onboarding';
import { sendId } from '../../contract/refs';
import type { ProviderConnector } from '../../providers/port';
import { coinmena } from '../../providers/coinmena';
import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import { eventually } from '../setup/eventually';
import { newOwnBook, type OwnBook } from '../setup/test-book';
import { fileOf, testDirectory, type TestDirectory } from './files';
import { HTTP_TIMEOUT_MS } from '../setup/http-timeouts';

/** The private key of RFC 8032 TEST 1: the sandbox's own default partner. */
const TEST_PRIVATE_KEY = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

/** The settings with which a connector reaches a sandbox. */
export function sandboxEnvironment(url: string): Record<string, string> {
  return {
    COINMENA_BASE_URL: url,
    COINMENA_PARTNER_ID: 'sandbox-partner',
    COINMENA_PRIVATE_KEY: TEST_PRIVATE_KEY,
    COINMENA_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
  };
}

export interface Ledger {
  readonly clients: readonly { readonly partner_client_id: string; readonly active: boolean }[];
  readonly documents: readonly { readonly type: string; readonly front: { readonly sha256: string } }[];
  readonly orders: readonly { readonly partner_order_ref: string; readonly status: string }[];
  readonly requests: Readonly<Record<string, unknown>>;
}

/** The activities over the real connector and the real sandbox, over HTTP. */
export interface Rig {
  readonly activities: Activities;
  readonly connector: ProviderConnector;
  readonly sandbox: RunningSandbox;
  readonly files: TestDirectory;
  readonly book: OwnBook;
  /** A new client id and an application for it, with an id card and a bill. */
  application(change?: Partial<Application>): Promise<Application>;
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>;
  /** Waits until the sandbox has an order under a ref. */
  untilOrdered(ref: string): Promise<void>;
  close(): Promise<void>;
}

let counted = 0;

export function applicant(change: Partial<Applicant> = {}): Applicant {
  counted += 1;
  return {
    name: 'Test Person',
    email: `person-${counted}@example.test`,
    phone: `+9731234${String(counted).padStart(4, '0')}`,
    residency: 'bh',
    citizenship: 'bh',
    placeOfBirth: 'bh',
    birthDate: '1990-01-15',
    governmentId: { number: `90011${counted}`, expiresOn: '2030-01-15' },
    address: { street: '123 Main St', city: 'Manama', postalCode: '12345' },
    employment: {
      status: 'employed',
      company: 'Acme Corp',
      industry: 'information_technology_telco',
      level: 'senior',
      title: 'Engineer',
    },
    tradingVolume: '10001_25000',
    accountPurposes: ['short_term_trading'],
    ...change,
  };
}

export async function startRig(): Promise<Rig> {
  const files = await testDirectory();
  const book = await newOwnBook();
  const sandbox = await startCoinmenaSandbox();
  const connector = coinmena.create(coinmena.configSchema.parse(sandboxEnvironment(sandbox.url)));
  const activities = createActivities({
    providers: new Map([['coinmena', { semantics: coinmena.semantics, connector }]]),
    documents: createDocumentStore({ roots: [files.path] }),
    sends: book.sends,
  });
  const control: Rig['control'] = async (method, path, body) => {
    const answer = await fetch(`${sandbox.controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return await answer.json();
  };
  return {
    activities,
    connector,
    sandbox,
    files,
    book,
    application: async (change = {}) => {
      counted += 1;
      const partnerClientId = `client-${counted}`;
      return {
        provider: 'coinmena',
        partnerClientId,
        applicant: applicant(),
        documents: await documents(files, partnerClientId),
        ...change,
      };
    },
    control,
    untilOrdered: async (ref) => {
      await eventually(async () =>
        JSON.stringify(await control('GET', '/ledger')).includes(`"${ref}"`) ? true : undefined,
      );
    },
    close: async () => {
      await connector.close();
      await sandbox.close();
      await book.drop();
      await files.remove();
    },
  };
}

async function documents(files: TestDirectory, of: string): Promise<readonly ApplicationDocument[]> {
  return [
    {
      type: 'government_id',
      front: { uri: await files.put(`${of}-front.jpg`, fileOf.jpeg()) },
      back: { uri: await files.put(`${of}-back.jpg`, fileOf.jpeg()) },
    },
    { type: 'proof_of_address', front: { uri: await files.put(`${of}-bill.pdf`, fileOf.pdf()) } },
  ];
}

/** The context of an activity, whose id is the one of a send, without the log of failures that are meant. */
export function activityEnvironment(): MockActivityEnvironment {
  counted += 1;
  return new MockActivityEnvironment(
    { activityId: sendId('any', counted, undefined) },
    { logger: new DefaultLogger('ERROR') },
  );
}

/** Runs an activity in an activity's context, as a worker does. */
export async function run<Argument, Result>(
  activity: (argument: Argument) => Promise<Result>,
  argument: Argument,
  environment = activityEnvironment(),
): Promise<Result> {
  const results: Result[] = [];
  await environment.run(async () => {
    results.push(await activity(argument));
  });
  const [result] = results;
  if (result === undefined) throw new Error('the activity answered nothing');
  return result;
}

/** Runs an activity that must fail, and gives what a workflow would see. */
export async function failureOf<Argument>(
  activity: (argument: Argument) => Promise<unknown>,
  argument: Argument,
  environment?: MockActivityEnvironment,
): Promise<FailureDetails & { readonly nonRetryable: boolean; readonly message: string }> {
  try {
    await run(activity, argument, environment);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    const [details] = error.details ?? [];
    if (!isDetails(details)) throw new Error('no details', { cause: error });
    return { ...details, nonRetryable: error.nonRetryable === true, message: error.message };
  }
  throw new Error('the activity succeeded');
}

function isDetails(value: unknown): value is FailureDetails {
  return typeof value === 'object' && value !== null && 'code' in value && 'outcome' in value;
}
