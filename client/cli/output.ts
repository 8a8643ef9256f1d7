import { isatty } from 'node:tty';
import { createColors, isColorSupported } from 'picocolors';
import { printableJson } from '../../contract/printable';
import { terminalText } from './terminal-text';

type Colors = ReturnType<typeof createColors>;

/**
 * Where a command writes. For people: text on standard output, colour on a terminal only. For machines (`--json`): one
 * JSON document, or one per line while something is followed, and nothing else on standard output.
 */
export class Output {
  readonly colors: Colors;
  private passing = false;

  constructor(
    readonly json: boolean,
    private readonly stdout: typeof process.stdout = process.stdout,
    private readonly stderr: NodeJS.WriteStream = process.stderr,
  ) {
    // Not `isTTY`, which a pipe lacks: given undefined, createColors decides by itself, and colours if CI is set.
    this.colors = createColors(!json && isatty(stdout.fd) && isColorSupported);
  }

  /** A line, or several, for people. */
  say(text = ''): void {
    if (this.json) return;
    this.clearPassing();
    this.stdout.write(`${this.clean(text)}\n`);
  }

  /** A line that the next one replaces; only if there is a terminal. */
  pass(text: string): void {
    if (this.json || !this.stdout.isTTY) return;
    this.clearPassing();
    this.stdout.write(this.clean(this.colors.dim(text)));
    this.passing = true;
  }

  /** A document for machines, on a line of its own. */
  document(value: unknown): void {
    if (this.json) this.stdout.write(`${printableJson(value)}\n`);
  }

  /** What is wrong, for people. */
  complain(text: string): void {
    this.clearPassing();
    this.stderr.write(`${this.clean(text)}\n`);
  }

  private clean(text: string): string {
    return terminalText(text, this.colors.isColorSupported);
  }

  private clearPassing(): void {
    if (this.passing) this.stdout.write('\r\u001b[2K');
    this.passing = false;
  }
}
