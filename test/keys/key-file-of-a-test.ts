import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKeyLine } from '../../keys/key-file';

/** A key file that a test makes, and may change. */
export class KeyFileOfATest {
  private readonly directory = mkdtempSync(join(tmpdir(), 'gangway-keys-'));
  readonly path = join(this.directory, 'payload-keys');

  constructor(lines: readonly string[] = [newKeyLine().line]) {
    this.write(lines);
  }

  get lines(): readonly string[] {
    return readFileSync(this.path, 'utf8').trimEnd().split('\n');
  }

  /** Of the keys, in the order of the file. */
  get ids(): readonly string[] {
    return this.lines.map((line) => line.split(' ')[0] ?? '');
  }

  write(lines: readonly string[]): void {
    writeFileSync(this.path, lines.map((line) => `${line}\n`).join(''));
    chmodSync(this.path, 0o600);
  }

  append({ lines }: KeyFileOfATest): void {
    this.write([...this.lines, ...lines]);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
