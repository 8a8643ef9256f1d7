import { z } from 'zod';
import { isThisMachine, MESSAGE_BOUNDS, readJsonText, readSecretText } from '../../inputs';

/** The parts of every provider's settings: environment variables, read all at once, never shown. */

export { wholeNumber } from '../../inputs/whole-number';

/** `true` or `false`. */
export const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

/** What a header may carry as it is. */
export const headerText = z.string('is required').regex(/^[\x21-\x7e]{1,255}$/, 'must be visible ASCII without spaces');

/**
 * A URL of scheme, host and port only.
 *
 * @param example for the message
 */
export function baseUrl(example: string): z.ZodType<string, string> {
  return z.string('is required').refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    const webScheme = url.protocol === 'https:' || url.protocol === 'http:';
    return webScheme && url.pathname === '/' && url.search === '' && url.hash === '' && !holdsCredentials(url);
  }, `must be a URL of scheme, host and port only, such as ${example}`);
}

/** The JSON object in a setting; undefined if there is none. */
export function jsonObjectOf(text: string): object | undefined {
  const read = readJsonText(text, MESSAGE_BOUNDS);
  const value = read.ok ? read.value : undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

/** Whether a URL holds a user name or a password, which would be shown wherever the URL is. */
export function holdsCredentials(url: URL): boolean {
  return url.username !== '' || url.password !== '';
}

/** Whether a provider would be reached without TLS over a network: refused, unless a setting allows it. */
export function isOpenToEavesdroppers(url: URL): boolean {
  return url.protocol === 'http:' && !isThisMachine(url.hostname);
}

/** The environment without its empty variables: an empty one counts as absent. */
export function withoutEmpty(env: unknown): object {
  if (typeof env !== 'object' || env === null) return {};
  return Object.fromEntries(Object.entries(env).filter(([, text]) => text !== ''));
}

/** A secret as its variables give it. */
export type SecretSetting =
  { readonly variable: string; readonly text: string } | { readonly variable: string; readonly problem: string };

/** Whether a secret is set, itself or as a file. */
export function hasSecret(env: unknown, variable: string): boolean {
  const given = Object.entries(withoutEmpty(env)).filter(([, text]) => text !== undefined);
  return given.some(([name]) => name === variable || name === `${variable}_FILE`);
}

/** Receives what is wrong with a setting, by its variable. */
export type Report = (variable: string, message: string) => void;

/** A secret of at least so many characters; undefined if there is none, which is reported. */
export function longSecret(env: unknown, variable: string, shortest: number, report: Report): string | undefined {
  const secret = readSecret(env, variable);
  if ('problem' in secret) {
    report(secret.variable, secret.problem);
    return undefined;
  }
  if (secret.text.length >= shortest) return secret.text;
  report(secret.variable, `must have at least ${shortest} characters`);
  return undefined;
}

/**
 * The settings of a callback receiver that knows a provider's callbacks by one secret, and needs no other setting.
 *
 * @param receiver makes it of the secret
 */
export function receiverBySecret<Receiver>(
  variable: string,
  shortest: number,
  receiver: (secret: string) => Receiver,
): z.ZodType<Receiver> {
  return z.unknown().transform((env, context): Receiver => {
    const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [path], message });
    const secret = longSecret(env, variable, shortest, report);
    return secret === undefined ? z.NEVER : receiver(secret);
  });
}

const optionalText = z.string().optional().catch(undefined);

/**
 * A secret that stands in a variable, or in a file that `<variable>_FILE` names; line ends around a file's text do not
 * belong to it.
 *
 * @param isPublished whether what a file holds is no secret, and may be readable to others
 */
export function readSecret(env: unknown, variable: string, isPublished?: (text: string) => boolean): SecretSetting {
  const fileVariable = `${variable}_FILE`;
  const texts = z.record(z.string(), z.unknown()).catch({}).parse(withoutEmpty(env));
  const inline = optionalText.parse(texts[variable]);
  const file = optionalText.parse(texts[fileVariable]);
  if (inline !== undefined && file !== undefined) {
    return { variable, problem: `must not be set beside ${fileVariable}` };
  }
  if (inline !== undefined) return { variable, text: inline };
  if (file === undefined) return { variable, problem: `is required, or ${fileVariable}` };
  const read = readSecretText(file, isPublished);
  if ('problem' in read) return { variable: fileVariable, problem: read.problem };
  return { variable: fileVariable, text: read.text.replace(/^[\r\n]+|[\r\n]+$/g, '') };
}
