/**
 * The syntax of a PDF (ISO 32000-2, 7.2 and 7.3) as far as it takes to see which names a document uses, however it spells
 * them. Linear in the length of the text, whatever the text is.
 */

/** How often each of the names that matter occurs. */
export type NameCounts = ReadonlyMap<string, number>;

/** What a stretch of a PDF, from the beginning of one object, holds. */
export interface Stretch {
  readonly names: NameCounts;
  /** Where the data of its stream begin, after the dictionary and the word `stream`. */
  readonly stream?: { readonly dictionary: string; readonly at: number };
  /** Whether every string, comment, list and dictionary that begins in it also ends in it. */
  readonly closed: boolean;
}

const MEANINGFUL = /%[^\r\n]*|<<|>>|[(<[\]/]/g;
const NAME = /\/([^\0\t\n\f\r ()<>[\]{}/%]*)/g;
const ESCAPED = /#([0-9A-Fa-f]{2})/g;
const IN_STRING = /\\[^]|[()]/g;
const LINE = /[^\r\n]*(?:\r\n|\r|\n)/y;
const SPACE = '\0\t\n\f\r ';
/** Only a file that is made to exhaust a reader nests this deep. */
const DEEPEST = 500;

/** Reads one stretch from its first character, as a reader of PDF reads an object; of its names those that are `wanted`. */
export function readStretch(text: string, wanted: ReadonlySet<string>): Stretch {
  const names = new Map<string, number>();
  const open: string[] = [];
  let at = 0;
  for (;;) {
    const [word, begins] = search(MEANINGFUL, text, at);
    at = begins + word.length;
    switch (word) {
      case '':
        return { names, closed: open.length === 0 };
      case '/': {
        const [name] = search(NAME, text, begins);
        count(name, wanted, names);
        at = begins + name.length;
        continue;
      }
      case '(':
      case '<': {
        const end = word === '(' ? endOfString(text, begins) : text.indexOf('>', begins);
        if (end === -1) return unclosed(text, at, wanted, names);
        at = end + 1;
        continue;
      }
      case '<<':
      case '[':
        if (open.length >= DEEPEST) return unclosed(text, at, wanted, names);
        open.push(word);
        continue;
      case ']':
      case '>>': {
        if (open.pop() !== (word === ']' ? '[' : '<<')) return unclosed(text, at, wanted, names);
        const data = word === '>>' && open.length === 0 ? afterStreamWord(text, at) : undefined;
        if (data === undefined) continue;
        return { names, stream: { dictionary: text.slice(0, at), at: data }, closed: true };
      }
      default:
        // A comment, which goes on if the stretch ends in it.
        if (at === text.length) return { names, closed: false };
    }
  }
}

/** Every wanted name in a text, also in strings, in comments and in data that happen to look like one. */
export function everyName(text: string, wanted: ReadonlySet<string>): NameCounts {
  const names = new Map<string, number>();
  for (const [name] of text.matchAll(NAME)) count(name, wanted, names);
  return names;
}

/** If something does not end, nothing in it counts as a string: better a name too many than one too few. */
function unclosed(text: string, from: number, wanted: ReadonlySet<string>, names: Map<string, number>): Stretch {
  for (const [name] of text.slice(from).matchAll(NAME)) count(name, wanted, names);
  return { names, closed: false };
}

/** `/J#61vaScript` is `/JavaScript`. */
function count(spelt: string, wanted: ReadonlySet<string>, names: Map<string, number>): void {
  const plain = spelt.slice(1);
  const name = plain.includes('#')
    ? plain.replace(ESCAPED, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : plain;
  if (wanted.has(name)) names.set(name, (names.get(name) ?? 0) + 1);
}

/** The parenthesis that closes the string which begins at `begins`; -1 if none does. */
function endOfString(text: string, begins: number): number {
  let depth = 0;
  let at = begins;
  do {
    const [word, found] = search(IN_STRING, text, at);
    if (word === '') return -1;
    if (word === '(') depth += 1;
    if (word === ')') depth -= 1;
    at = found + word.length;
  } while (depth > 0);
  return at - 1;
}

/** Where the data begin, if the word `stream` is what follows. */
function afterStreamWord(text: string, from: number): number | undefined {
  let at = from;
  for (;;) {
    while (at < text.length && SPACE.includes(text.charAt(at))) at += 1;
    if (text.charAt(at) !== '%') break;
    const [comment] = search(LINE, text, at);
    if (comment === '') return undefined;
    at += comment.length;
  }
  if (!text.startsWith('stream', at)) return undefined;
  const [line] = search(LINE, text, at);
  return line === '' ? undefined : at + line.length;
}

/** What an expression finds from a place on, and where; an empty word at the end if it finds nothing. */
function search(expression: RegExp, text: string, from: number): readonly [word: string, at: number] {
  expression.lastIndex = from;
  const found = expression.exec(text);
  return found === null ? ['', text.length] : [found[0], found.index];
}
