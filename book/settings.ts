import { isThisMachine, readCertificates, readSecretText, unsafeEnvironment } from '../inputs';

/** How to reach the book. */
export interface BookSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Absent: the server asks for none. */
  readonly password?: string;
  /** Absent: plain text. Its authority is the system's trust if `ca` is absent; host name and dates are checked. */
  readonly tls?: { readonly ca?: string };
}

const DEFAULT_PORT = 5432;
const FORM = 'must be postgres://user@host:port/database';

/** The settings of the book by their variables. */
export const BOOK_VARIABLES = {
  url: 'GANGWAY_BOOK_URL',
  passwordFile: 'GANGWAY_BOOK_PASSWORD_FILE',
  tls: 'GANGWAY_BOOK_TLS',
  caFile: 'GANGWAY_BOOK_CA_FILE',
} as const;

const NOT_SET = 'is not set: no money moves without a book. Name one, and run `gangway setup` once (docs/book.md)';
const HAS_PASSWORD = `must not hold a password, which whoever lists processes may see: ${BOOK_VARIABLES.passwordFile} names a file`;

/** Thrown if the environment's settings of the book make no sense; lists every problem by its variable, never by its value. */
export class BookSettingsError extends Error {
  override readonly name = 'BookSettingsError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Reads how to reach the book:
 * - GANGWAY_BOOK_URL: `postgres://user@host:port/database`, without a password
 * - GANGWAY_BOOK_PASSWORD_FILE: a file that nobody else can read
 * - GANGWAY_BOOK_TLS: `true` or `false`. Not set: on for another machine, off for this one. `false` says that plain text to
 *   another machine is wanted
 * - GANGWAY_BOOK_CA_FILE: PEM of the authority that the server's certificate is of; switches TLS on
 *
 * @throws BookSettingsError with every problem at once
 */
export function bookSettings(env: NodeJS.ProcessEnv = process.env): BookSettings {
  const problems: string[] = [...unsafeEnvironment(env)];
  const place = placeOf(valueOf(env, BOOK_VARIABLES.url), problems);
  const password = passwordOf(valueOf(env, BOOK_VARIABLES.passwordFile), problems);
  const tls = tlsOf(env, place?.host, problems);
  if (problems.length > 0 || place === undefined) throw new BookSettingsError(problems);
  return { ...place, ...(password === undefined ? {} : { password }), ...(tls === undefined ? {} : { tls }) };
}

type Place = Pick<BookSettings, 'host' | 'port' | 'database' | 'user'>;

function placeOf(text: string | undefined, problems: string[]): Place | undefined {
  const place = text === undefined ? NOT_SET : readPlace(text);
  if (typeof place !== 'string') return place;
  problems.push(`${BOOK_VARIABLES.url} ${place}`);
  return undefined;
}

/** Or what is wrong with it, in words that follow its name. */
function readPlace(text: string): Place | string {
  if (!URL.canParse(text)) return FORM;
  const url = new URL(text);
  if (!['postgres:', 'postgresql:'].includes(url.protocol)) return FORM;
  if (url.password !== '') return HAS_PASSWORD;
  // What pg would read there, such as sslmode=no-verify, has a setting of its own, or none.
  if (url.search !== '' || url.hash !== '') return `${FORM}, and nothing behind it`;
  const [user, database] = [decoded(url.username), decoded(url.pathname.slice(1))];
  if (url.hostname === '' || user === '' || database === '' || database.includes('/')) return FORM;
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return { host: url.hostname.replaceAll(/[[\]]/g, ''), port, database, user };
}

/** Empty if it cannot be decoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** The password of docker-compose.yml's own book (examples/keys/book-password), which is no secret. */
const PUBLISHED_PASSWORD = 'example-password-of-a-book-that-holds-no-real-money';

function isPublished(text: string): boolean {
  return text.trim() === PUBLISHED_PASSWORD;
}

function passwordOf(path: string | undefined, problems: string[]): string | undefined {
  if (path === undefined) return undefined;
  const read = readSecretText(path, isPublished);
  if ('text' in read) return read.text.trim();
  problems.push(`${BOOK_VARIABLES.passwordFile} ${read.problem}`);
  return undefined;
}

function tlsOf(env: NodeJS.ProcessEnv, host: string | undefined, problems: string[]): BookSettings['tls'] {
  const wanted = valueOf(env, BOOK_VARIABLES.tls);
  if (wanted !== undefined && wanted !== 'true' && wanted !== 'false') {
    problems.push(`${BOOK_VARIABLES.tls} must be true or false`);
  }
  const caFile = valueOf(env, BOOK_VARIABLES.caFile);
  if (wanted === 'false') {
    if (caFile !== undefined) problems.push(`${BOOK_VARIABLES.tls} must not be false beside ${BOOK_VARIABLES.caFile}`);
    return undefined;
  }
  const ca = caFile === undefined ? undefined : readCertificates(caFile);
  if (ca !== undefined && 'problem' in ca) {
    problems.push(`${BOOK_VARIABLES.caFile} ${ca.problem}`);
    return undefined;
  }
  if (ca !== undefined) return { ca: ca.bytes.toString('utf8') };
  return wanted === 'true' || (host !== undefined && !isThisMachine(host)) ? {} : undefined;
}

function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}

/**
 * The same, for a process that tells all problems of its settings at once. Undefined if something is wrong.
 *
 * @param problems receives what is wrong, by the variable's name
 */
export function readBookSettings(env: NodeJS.ProcessEnv, problems: string[]): BookSettings | undefined {
  try {
    return bookSettings(env);
  } catch (error) {
    if (!(error instanceof BookSettingsError)) throw error;
    // What is unsafe in the environment has been told already.
    problems.push(...error.problems.filter((problem) => !problems.includes(problem)));
    return undefined;
  }
}
