import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { readBatchFile, type BatchFormat } from '../../inputs/batch-file/read';
import { readRows } from '../../client/batch/rows';
import { readEvent } from '../../client/events/read-event';
import { readApplication } from '../../client/flow/requests';
import { parseJson } from '../../providers/http/answers';
import { publicIdWarning } from '../../inputs';
import { collect } from '../../activities/documents/collect';
import { DocumentError } from '../../activities/documents/document-error';
import { temporalSettings } from '../../temporal/connection';
import { DOCUMENT_CASES } from '../activities/document-cases';
import { applicant } from '../providers/coinmena-fixtures';

/** An input that was tried, and what the real reader made of it. */
export interface Tried {
  readonly input: string;
  readonly came: string;
}

const HEADER = 'fundingId,kind,partnerClientId,asset,amount';
const ROW = 'pay-1,withdrawal,client-1,USD,10.00';
const EVENT = `{"provider":"coinmena","fundingId":"pay-1","kind":"deposit","partnerClientId":"c-1","asset":"USD","amount":"1.00"}`;

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

function toldOf(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

function batch(input: string, content: string | Buffer, format: BatchFormat = 'csv'): Tried {
  const came = toldOf(() => {
    const { rows, refused } = readRows(readBatchFile(Buffer.from(content), format), 'coinmena');
    const reasons = refused.map(({ line, reason }) => `line ${line}: ${reason ?? ''}`);
    return [`${rows.length} taken`, ...reasons].join('; ');
  });
  return { input, came };
}

function event(input: string, content: string | Buffer): Tried {
  return { input, came: toldOf(() => (readEvent(Buffer.from(content)) === undefined ? 'nothing' : 'taken')) };
}

function answer(input: string, content: string | Buffer): Tried {
  const came = parseJson(Buffer.from(content)) === undefined ? 'unreadable: the outcome is looked up' : 'taken';
  return { input, came };
}

function person(input: string, changed: object): Tried {
  const documents = [{ type: 'government_id', front: { uri: 'file:///docs/front.jpg' } }];
  const came = toldOf(() => {
    const name = { ...applicant('c-1'), ...changed };
    readApplication({ provider: 'coinmena', partnerClientId: 'c-1', applicant: name, documents });
    return 'taken';
  });
  return { input, came };
}

function id(input: string, value: string): Tried {
  return { input, came: publicIdWarning(value) ?? 'taken' };
}

type TemporalFile = 'TEMPORAL_API_KEY_FILE' | 'TEMPORAL_TLS_SERVER_CA_CERT_FILE';

/** A file that a setting names. All settings that name one read it by the same functions (inputs/secret-file.ts). */
function setting(input: string, content: string | Buffer, name: TemporalFile = 'TEMPORAL_API_KEY_FILE'): Tried {
  const directory = mkdtempSync(join(tmpdir(), 'gangway-tried-'));
  const path = join(directory, 'file');
  writeFileSync(path, content, { mode: 0o600 });
  const came = toldOf(() => {
    temporalSettings({ [name]: path });
    return 'taken';
  });
  rmSync(directory, { recursive: true });
  return { input, came };
}

const CA = 'TEMPORAL_TLS_SERVER_CA_CERT_FILE';
const PEM = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';

const MOST_BYTES = 5 * 1024 * 1024;

async function document(input: string, bytes: Buffer): Promise<Tried> {
  const read = collect(Readable.from([bytes]), MOST_BYTES);
  const came = await read.then(
    ({ mime }) => `taken as ${mime}`,
    (error: unknown) => {
      if (error instanceof DocumentError) return `refused: the uri ${error.problem}`;
      throw error;
    },
  );
  return { input, came };
}

/** All that is tried, by where it comes in. */
export const TRIED: Readonly<Record<string, () => readonly Tried[] | Promise<readonly Tried[]>>> = {
  'Batch files': () => [
    batch('commas', `${HEADER}\n${ROW}`),
    batch('semicolons', `${HEADER}\n${ROW}`.replaceAll(',', ';')),
    batch('tabs', `${HEADER}\n${ROW}`.replaceAll(',', '\t')),
    batch('`sep=;`', `sep=;\n${`${HEADER}\n${ROW}`.replaceAll(',', ';')}`),
    batch('a byte order mark', `\uFEFF${HEADER}\n${ROW}`),
    batch('CRLF header over LF rows', `${HEADER}\r\n${ROW}\n`),
    batch('trailing empty columns', `${HEADER},,\r\n${ROW},,\r\n`),
    batch('rows of commas only', `${HEADER}\n${ROW}\n,,,,\n,,,,\n`),
    batch('a column twice', `${HEADER},kind\n${ROW},deposit`),
    batch('a quote that never ends', `${HEADER}\n"${ROW}\n${ROW}`),
    batch('a row that is short', `${HEADER}\n${ROW}\npay-2,withdrawal`),
    batch('an amount with a decimal comma', `${HEADER}\n${ROW}\n`.replaceAll(',', ';').replace('10.00', '10,00')),
    batch('Windows-1252', Buffer.from('applicant.name\nJosé', 'latin1')),
    batch('Windows-1256', Buffer.from([0x61, 0x0a, 0xc3, 0xe3, 0xed, 0xe4, 0xc9])),
    batch('UTF-16 ("Unicode text" of Excel)', Buffer.from(`\uFEFF${HEADER}`, 'utf16le')),
    batch('an Excel workbook', 'PK\u0003\u0004'),
    batch('NDJSON with a line 900 lists deep', `${EVENT}\n${nested(900)}`, 'ndjson'),
    batch('NDJSON with a byte order mark', `\uFEFF${EVENT}`, 'ndjson'),
  ],
  'Events, webhooks and bodies': () => [
    event('a byte order mark', `\uFEFF${EVENT}`),
    event('900 nested lists', `{"details":${nested(900)}}`),
    event('a field named twice', '{"amount":"1.00","amount":"900.00"}'),
    event('the same, the second time escaped', '{"amount":"1.00","amoun\\u0074":"900.00"}'),
    event('a number of 19 digits', '{"account":1234567890123456789}'),
    event('30,000 values', `[${'0,'.repeat(29_999)}0]`),
    event('JSON that ends too early', '{"provider":"coin'),
    event('Latin-1', Buffer.from('{"name":"José"}', 'latin1')),
    event('gzip', Buffer.from([0x1f, 0x8b, 8, 0])),
  ],
  "Providers' answers": () => [
    answer('a byte order mark', '\uFEFF{"status":"completed"}'),
    answer('a status named twice', '{"status":"failed","status":"completed"}'),
    answer('100,000 nested lists', nested(100_000)),
    answer('Latin-1', Buffer.from('{"name":"José"}', 'latin1')),
  ],
  'Files that settings name': () => [
    setting('a key after a byte order mark', '\uFEFFkey\r\n'),
    setting('a key in UTF-16', Buffer.from('\uFEFFkey', 'utf16le')),
    setting('a key in Latin-1', Buffer.from('clé', 'latin1')),
    setting('a key of two lines', 'key\nkey\n'),
    setting('an empty file', '\n'),
    setting('certificates with comments in Latin-1', Buffer.from(`# José\n${PEM}`, 'latin1'), CA),
    setting('a certificate after a byte order mark', `\uFEFF${PEM}`, CA),
    setting('a certificate in UTF-16', Buffer.from(PEM, 'utf16le'), CA),
    setting('a certificate in DER', Buffer.from('MIIBIjANBgkq', 'base64'), CA),
    setting('a key for a certificate', PEM.replaceAll('CERTIFICATE', 'PRIVATE KEY'), CA),
  ],
  'Names and e-mail': () => [
    person("O'Brien", { name: "O'Brien" }),
    person('José, with a combining accent', { name: 'Jose\u0301' }),
    person('an Arabic name', { name: 'أمينة' }),
    person('a Chinese name', { name: '張偉' }),
    person('a Persian name with the joiner of its spelling', { name: 'علی\u200Cرضا' }),
    person('a zero-width space in a Latin name', { name: 'Ami\u200Bna' }),
    person('a name of a zero-width space alone', { name: '\u200B' }),
    person('a Hangul filler, which is invisible', { name: '\u3164' }),
    person('a name turned around', { name: '\u202EanimA' }),
    person('replacement characters', { name: '\uFFFD\uFFFD' }),
    person('a tab', { name: 'Amina\tSpecimen' }),
    person('a hyphen alone', { name: '-' }),
    person('a zero-width space in a domain', { email: 'a@exa\u200Bmple.test' }),
    person('`mailto:`', { email: 'mailto:a@example.test' }),
    person('`?subject=` after it', { email: 'a@example.test?subject=x' }),
    person('a domain in another script', { email: 'ä@bücher.example' }),
    person('a domain that begins with a hyphen', { email: 'a@-example.test' }),
    person('a display name', { email: 'Amina <a@example.test>' }),
  ],
  Ids: () => [
    id('an opaque id', 'client-1'),
    id('the digits of a phone', '97300000101'),
    id('a national number', '784-1990-1234567-1'),
    id('a national number with letters', 'AB123456C'),
    id('an e-mail address, spelt out', 'amina.at.example.test'),
  ],
  Documents: () => Promise.all(DOCUMENT_CASES.map(([input, bytes]) => document(input, bytes))),
};
