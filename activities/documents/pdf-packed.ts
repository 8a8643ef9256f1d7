import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { systemCode } from './document-error';
import { everyName, readStretch, type NameCounts } from './pdf-syntax';

/** A stream of objects, which is known by the two names that only such a stream has. */
export interface PackedObjects {
  readonly dictionary: string;
  /** The names in its dictionary, `NAMES_OF_PACKED` among them. */
  readonly names: NameCounts;
  /** Where in the file its data begin. */
  readonly at: number;
}

/** The names in a dictionary that say that, and how, objects are packed. */
export const NAMES_OF_PACKED = ['First', 'N', 'Filter', 'DecodeParms'] as const;

const inflated = promisify(inflate);

/** Of one file, unpacked together: far above any document of a person, and read in a fraction of a second. */
const MOST_UNPACKED_BYTES = 16 * 1024 * 1024;
const MOST_STREAMS = 1000;

const SPACE = String.raw`[\0\t\n\f\r ]`;
const FIRST = new RegExp(String.raw`/First${SPACE}+(\d{1,9})(?!\d|${SPACE}+\d+${SPACE}+R)`, 'g');
const FLATE = new RegExp(
  String.raw`/Filter${SPACE}*(?:\[${SPACE}*/FlateDecode${SPACE}*\]|/FlateDecode(?=${SPACE}|[/>]))`,
);
const NO_PARAMETERS = new RegExp(String.raw`/DecodeParms${SPACE}*(?:null|\[${SPACE}*null${SPACE}*\]|<<${SPACE}*>>)`);

/**
 * The wanted names in streams of objects (ISO 32000-2, 7.5.7); undefined if one of them cannot be looked into: packed
 * in an unusual way, damaged, or far too large.
 */
export async function readPacked(
  streams: readonly PackedObjects[],
  bytes: Buffer,
  wanted: ReadonlySet<string>,
): Promise<ReadonlySet<string> | undefined> {
  if (streams.length > MOST_STREAMS) return undefined;
  const names = new Set<string>();
  let left = MOST_UNPACKED_BYTES;
  for (const stream of streams) {
    const first = placeOfFirst(stream);
    const content = first === undefined ? undefined : await unpacked(stream, bytes, left);
    if (first === undefined || content === undefined) return undefined;
    left -= content.length;
    for (const name of namesIn(content.toString('latin1'), first, wanted)) names.add(name);
  }
  return names;
}

/** Where the first object is, as the dictionary says once and plainly. */
function placeOfFirst({ dictionary, names }: PackedObjects): number | undefined {
  const [said, ...more] = [...dictionary.matchAll(FIRST)];
  return said === undefined || more.length > 0 || names.get('First') !== 1 ? undefined : Number(said[1]);
}

async function unpacked(stream: PackedObjects, bytes: Buffer, left: number): Promise<Buffer | undefined> {
  const { dictionary, names, at } = stream;
  const filters = names.get('Filter') ?? 0;
  const data = bytes.subarray(at);
  if (names.has('DecodeParms') && !NO_PARAMETERS.test(dictionary)) return undefined;
  if (filters === 0) return plain(data, left);
  if (filters > 1 || !FLATE.test(dictionary) || left <= 0) return undefined;
  try {
    return await inflated(data, { maxOutputLength: left });
  } catch (error) {
    // Damaged or oversized data; any other error is not the file's.
    if (systemCode(error) === '') throw error;
    return undefined;
  }
}

function plain(data: Buffer, left: number): Buffer | undefined {
  const end = data.indexOf('endstream');
  const content = end === -1 ? data : data.subarray(0, end);
  return content.length > left ? undefined : content;
}

/** Each object is read from where the stream's head says that it begins. */
function namesIn(text: string, first: number, wanted: ReadonlySet<string>): ReadonlySet<string> {
  const numbers = [...text.slice(0, first).matchAll(/\d{1,9}/g)].map(([number]) => Number(number));
  const places = numbers.filter((_number, index) => index % 2 === 1).map((offset) => first + offset);
  const bounds = [...new Set([first, ...places, text.length])].filter((place) => place <= text.length);
  bounds.sort((one, other) => one - other);
  const stretches = bounds.map((from, index) => readStretch(text.slice(from, bounds[index + 1]), wanted));
  const read = stretches.slice(0, -2).every(({ closed }) => closed) ? [] : [everyName(text, wanted)];
  return new Set([...stretches.map(({ names }) => names), ...read].flatMap((names) => [...names.keys()]));
}
