import { NAMES_OF_PACKED, readPacked, type PackedObjects } from './pdf-packed';
import { everyName, readStretch } from './pdf-syntax';
import { pdfBegins } from './sniff';

const ENCRYPTED = 'names a PDF that is encrypted: save it without a password or protection';
const CUT_OFF = 'names a PDF that is cut off or damaged: its trailer cannot be read';
const HIDES = 'names a PDF whose objects cannot be looked into';

/** What a document may not do, by the names that it takes to do it. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['JavaScript', 'holds a script'],
  ['JS', 'holds a script'],
  ['XFA', 'holds a form with scripts (XFA)'],
  ['Rendition', 'plays media, which may hold a script'],
  ['RichMedia', 'plays media, which may hold a script'],
  ['Launch', 'starts a program'],
  ['ImportData', 'reads other files'],
  ['EmbeddedFile', 'holds other files'],
  ['EmbeddedFiles', 'holds other files'],
  ['FileAttachment', 'holds other files'],
  ['EF', 'holds other files'],
]);
const WANTED: ReadonlySet<string> = new Set([...REFUSED.keys(), 'Encrypt', 'Root', ...NAMES_OF_PACKED]);
/** A shorter name also stands in the data of a picture by chance. */
const NOT_BY_CHANCE: ReadonlySet<string> = new Set([...REFUSED.keys(), 'Encrypt'].filter(({ length }) => length >= 6));

/** Where an object, or the trailer, may begin: also inside of what looks like the data of another one. */
const BEGINS = /(?<=[0-9\0\t\n\f\r ])obj(?![A-Za-z])|(?<=[\0\t\n\f\r ])trailer(?![A-Za-z])/g;
const MOST_OBJECTS = 100_000;
/** Adobe's implementation notes to ISO 32000: the end of the file is looked for this far before its last byte. */
const END_WITHIN = 1024;
const LINEARIZED_WITHIN = 2048;

/**
 * Why a file that begins as a PDF is not one that can be handed on: it is cut off or damaged, encrypted, or does more than
 * show pages. Objects are looked for everywhere, not only where the file says that they are: in earlier revisions, in
 * packed streams, and in the data of other objects, where a trailer could point. What cannot be looked into is refused.
 *
 * No library does it: none that runs here is bounded in time and memory on a file that was made to exhaust it.
 */
export async function pdfProblem(bytes: Buffer): Promise<string | undefined> {
  const text = bytes.toString('latin1');
  const objects = readObjects(text);
  if (objects === undefined) return HIDES;
  const { names, packed } = objects;
  if (names.has('Encrypt')) return ENCRYPTED;
  if (!names.has('Root') || !endsAsOne(text, pdfBegins(bytes) ?? 0)) return CUT_OFF;
  const inPacked = await readPacked(packed, bytes, WANTED);
  if (inPacked === undefined) return HIDES;
  const what = [...names, ...inPacked].map((name) => REFUSED.get(name)).find((words) => words !== undefined);
  return what === undefined ? undefined : `names a PDF that ${what}, which is refused`;
}

interface Objects {
  readonly names: ReadonlySet<string>;
  readonly packed: readonly PackedObjects[];
}

/** All objects that stand in the file as they are; undefined if they are too many. */
function readObjects(text: string): Objects | undefined {
  const names = new Set<string>();
  const packed: PackedObjects[] = [];
  let from = 0;
  let closed = true;
  let objects = 0;
  const read = (to: number): boolean => {
    const stretch = readStretch(text.slice(from, to), WANTED);
    for (const name of stretch.names.keys()) names.add(name);
    if (stretch.stream !== undefined && stretch.names.has('First') && stretch.names.has('N')) {
      packed.push({ ...stretch.stream, names: stretch.names, at: from + stretch.stream.at });
    }
    return stretch.closed;
  };
  for (const { index, 0: word } of text.matchAll(BEGINS)) {
    objects += 1;
    if (objects > MOST_OBJECTS) return undefined;
    closed = read(index) && closed;
    from = index + word.length;
  }
  read(text.length);
  // An object that does not end before the next one begins decides how that one is read, and so on.
  if (!closed) for (const name of everyName(text, NOT_BY_CHANCE).keys()) names.add(name);
  return { names, packed };
}

/** Whether the file ends as a PDF does: by saying where its table of objects is, which is there. */
function endsAsOne(text: string, begins: number): boolean {
  let end = text.length;
  while (end > 0 && '\0\t\n\f\r '.includes(text.charAt(end - 1))) end -= 1;
  const eof = text.lastIndexOf('%%EOF');
  const start = text.lastIndexOf('startxref', eof);
  if (eof < end - END_WITHIN || start === -1 || start < eof - 100) return false;
  const offset = Number(/^startxref[\0\t\n\f\r ]+(\d{1,10})[\0\t\n\f\r ]*$/.exec(text.slice(start, eof))?.[1] ?? 0);
  // Counted from where the PDF begins, or, by some, from where the file does.
  const places = [offset, offset + begins].map((at) => text.slice(at, at + 50));
  const found = places.some((place) => /^[\0\t\n\f\r ]*(xref|\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+obj)/.test(place));
  return offset > 0 && found && isAllThere(text, begins);
}

/** A linearised file says how long it is, and has an end after its first page too. */
function isAllThere(text: string, begins: number): boolean {
  const head = text.slice(begins, begins + LINEARIZED_WITHIN);
  const said = /<<[^>]*\/Linearized[^>]*>>/.exec(head)?.[0] ?? '';
  return begins + Number(/\/L[\0\t\n\f\r ]+(\d{1,10})/.exec(said)?.[1] ?? 0) <= text.length;
}
