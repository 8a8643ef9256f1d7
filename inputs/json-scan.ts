/** What is held to bounds while it is scanned. */
interface ScanBounds {
  readonly depth: number;
  readonly values: number;
  readonly exactNumbers: boolean;
}

/** What may stand next. */
type Next = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/** A list or an object that is open, with the names that it has had. */
type Open = { readonly is: 'list' } | { readonly is: 'object'; readonly names: Set<string> };

/** Why a text is refused, and where. */
class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly problem: string,
    readonly at: number | undefined,
  ) {
    super(problem);
  }
}

/**
 * Checks that a text is JSON (RFC 8259), within bounds and without repeated names, in one pass and without recursion.
 * What passes can be given to `JSON.parse`, which checks neither names nor bounds, and which on Node 20 does not always
 * say where a text breaks.
 *
 * @returns what is wrong, in words that follow the text's name, or undefined
 */
export function scanJson(text: string, bounds: ScanBounds): string | undefined {
  try {
    new Scan(text, bounds).run();
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.at === undefined ? error.problem : `${error.problem}: ${placeOf(text, error.at)}`;
  }
}

const WHITE_SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
/** A field name that can be shown: it came with the text, and might be anything. */
const SHOWABLE_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
/** Longer ones are not looked at closer. */
const LONGEST_NUMBER = 64;

class Scan {
  private at = 0;
  private values = 0;
  private next: Next = 'value';
  private readonly open: Open[] = [];

  constructor(
    private readonly text: string,
    private readonly bounds: ScanBounds,
  ) {}

  run(): void {
    this.match(WHITE_SPACE);
    if (this.at === this.text.length) throw new Refusal('is empty', undefined);
    while (this.at < this.text.length) {
      this.token(this.text.charAt(this.at));
      this.match(WHITE_SPACE);
    }
    if (this.next !== 'nothing') throw new Refusal('is not JSON: it ends too early', undefined);
  }

  private token(character: string): void {
    if (this.next === 'value-or-end' || this.next === 'name-or-end') this.firstOf(character);
    else this.after(this.next, character);
  }

  /** The first token within a list or an object, which may be its end. */
  private firstOf(character: string): void {
    if (character === this.end()) this.close(character);
    else this.after(this.next === 'name-or-end' ? 'name' : 'value', character);
  }

  private after(next: Exclude<Next, 'value-or-end' | 'name-or-end'>, character: string): void {
    switch (next) {
      case 'value':
        this.value(character);
        break;
      case 'name':
        this.nameOf(character);
        break;
      case 'colon':
        if (character !== ':') throw this.broken();
        this.at += 1;
        this.next = 'value';
        break;
      case 'comma-or-end':
        this.separator(character);
        break;
      case 'nothing':
        throw this.broken();
    }
  }

  private value(character: string): void {
    this.values += 1;
    if (this.values > this.bounds.values) throw new Refusal(`holds more than ${this.bounds.values} values`, undefined);
    if (character === '{' || character === '[') this.openOne(character);
    else this.plain(character);
  }

  private plain(character: string): void {
    if (character === '"') this.string();
    else if (this.match(WORD) === undefined) this.number(this.at);
    this.afterValue();
  }

  private number(begin: number): void {
    const number = this.match(NUMBER);
    if (number === undefined) throw this.broken();
    if (!this.bounds.exactNumbers || isExact(number)) return;
    throw new Refusal('holds a number that would lose digits, which belongs in quotes', begin);
  }

  private openOne(character: '{' | '['): void {
    const { depth } = this.bounds;
    if (this.open.length === depth) throw new Refusal(`nests deeper than ${depth} levels`, this.at);
    this.at += 1;
    if (character === '{') {
      this.open.push({ is: 'object', names: new Set() });
      this.next = 'name-or-end';
    } else {
      this.open.push({ is: 'list' });
      this.next = 'value-or-end';
    }
  }

  private nameOf(character: string): void {
    const begin = this.at;
    if (character !== '"') throw this.broken();
    this.string();
    const object = this.open.at(-1);
    if (object?.is !== 'object') throw this.broken();
    const name = unescaped(this.text.slice(begin, this.at));
    if (object.names.has(name)) throw new Refusal(`names ${shownName(name)} twice`, begin);
    object.names.add(name);
    this.next = 'colon';
  }

  private separator(character: string): void {
    if (character === ',') {
      this.at += 1;
      this.next = this.end() === '}' ? 'name' : 'value';
    } else this.close(character);
  }

  private close(character: string): void {
    if (character !== this.end()) throw this.broken();
    this.open.pop();
    this.at += 1;
    this.afterValue();
  }

  /** What ends the list or the object that is open. */
  private end(): ']' | '}' {
    return this.open.at(-1)?.is === 'object' ? '}' : ']';
  }

  private afterValue(): void {
    this.next = this.open.length === 0 ? 'nothing' : 'comma-or-end';
  }

  /** Moves beyond a string, whose first quote is here. */
  private string(): void {
    this.at += 1;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (Number.isNaN(code)) throw new Refusal('is not JSON: it ends too early', undefined);
      if (code < 0x20) throw this.broken();
      if (code === 0x5c) {
        if (this.match(ESCAPE) === undefined) throw this.broken();
        continue;
      }
      this.at += 1;
      if (code === 0x22) return;
    }
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const matched = pattern.exec(this.text)?.[0];
    this.at += matched?.length ?? 0;
    return matched;
  }

  private broken(): Refusal {
    return new Refusal('is not JSON', this.at);
  }
}

/** Whether a number keeps every digit that it is written with: what JavaScript reads is the same decimal. */
function isExact(number: string): boolean {
  if (number.length > LONGEST_NUMBER) return false;
  const value = Number(number);
  return Number.isFinite(value) && decimalOf(number) === decimalOf(String(value));
}

/** A number's digits without zeros at either end, and the power of ten of the last one: alike for `10`, `1e1`, `10.0`. */
function decimalOf(number: string): string {
  const [mantissa = '', power = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^-/, '').split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '0' : `${kept}e${Number(power) - fraction.length + digits.length - kept.length}`;
}

function unescaped(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  const name: unknown = JSON.parse(quoted);
  return String(name);
}

function shownName(name: string): string {
  return SHOWABLE_NAME.test(name) ? `the field ${name}` : 'a field';
}

function placeOf(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n');
  const column = `column ${(lines.at(-1)?.length ?? 0) + 1}`;
  // In a file with one document per line, only the column means anything.
  return text.trimEnd().includes('\n') ? `line ${lines.length}, ${column}` : column;
}
