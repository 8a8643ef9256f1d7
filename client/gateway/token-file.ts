import { readFileSync } from 'node:fs';
import { readSecretText } from '../../inputs';
import { fileStamp } from '../../system/file-stamp';
import { readTokens, type Tokens, type TokenVerdict } from './tokens';

/** What a gateway knows its callers by. */
export interface TokenSource {
  readonly count: number;
  callerOf(token: string): TokenVerdict;
}

/** How long a change of the file may stay unseen. */
const LOOK_AGAIN_MS = 1_000;

/**
 * The tokens of a file, which is read again when it changes: a token that is taken out of it is good for one second
 * more. If a change cannot be read, or others could have made it, the tokens that it no longer holds are gone at once,
 * and none is added; if the file is gone, all tokens are.
 */
export class TokenFile implements TokenSource {
  private tokens: Tokens;
  private seen: string;
  private lookedAt: number;
  /** Receives what is wrong with a change, without anything of what the file holds. */
  onProblem: (problem: string) => void = () => undefined;

  /**
   * @param setting that names the file
   * @param tokens as read at the start
   */
  constructor(
    private readonly path: string,
    private readonly setting: string,
    tokens: Tokens,
    private readonly now: () => number = Date.now,
  ) {
    this.tokens = tokens;
    this.seen = fileStamp(path);
    this.lookedAt = now();
  }

  get count(): number {
    return this.tokens.count;
  }

  callerOf(token: string): TokenVerdict {
    this.lookAgain();
    return this.tokens.callerOf(token, this.now());
  }

  private lookAgain(): void {
    if (this.now() - this.lookedAt < LOOK_AGAIN_MS) return;
    this.lookedAt = this.now();
    const stamp = fileStamp(this.path);
    if (stamp === this.seen) return;
    this.seen = stamp;
    const read = readTokenFile(this.path);
    if ('tokens' in read) {
      this.tokens = read.tokens;
      return;
    }
    this.tokens = this.tokens.stillIn(textOf(this.path));
    this.onProblem(`${this.setting} ${read.problem}; ${this.tokens.count} of its former tokens hold`);
  }
}

/** Checked as at the start: anybody else who could write it could let themselves in. */
function readTokenFile(path: string): ReturnType<typeof readTokens> {
  const secret = readSecretText(path);
  if ('problem' in secret) return secret;
  const read = readTokens(secret.text);
  return 'tokens' in read ? read : { problem: `names a file whose ${read.problem}` };
}

/** Whatever is there: only what it no longer holds matters. '' if there is none. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
