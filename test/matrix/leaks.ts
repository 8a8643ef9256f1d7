import { inspect } from 'node:util';
import type { Applicant } from '../../contract/onboarding';

/** What no error, log line or table may hold. */
const SECRETS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['the private key', /9d61b19deffd5a60ba844af492ec2cc4|nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A/i],
  ['a signature', /[A-Za-z0-9+/]{86}==/],
  ['a presigned URL', /X-Amz|private-bucket/i],
];

/** What of `text` must not be there, by name; empty if nothing is. */
export function leaks(text: string, applicant: Applicant): readonly string[] {
  const { name, email, phone, governmentId, birthDate, address } = applicant;
  const personal = { name, email, phone, birthDate, governmentId: governmentId?.number, street: address.street };
  return [
    ...SECRETS.flatMap(([what, pattern]) => (pattern.test(text) ? [what] : [])),
    ...Object.entries(personal).flatMap(([what, value]) =>
      value !== undefined && text.includes(value) ? [`the person's ${what}`] : [],
    ),
  ];
}

/** Everything that an error would show to whoever prints it: message, stack, members, causes. */
export function everythingOf(error: unknown, depth = 0): string {
  if (depth > 5) return '';
  if (!(error instanceof Error)) return inspect(error, { depth: 10 });
  const members = Object.getOwnPropertyNames(error)
    .filter((name) => name !== 'cause')
    .map((name) => inspect(Object.getOwnPropertyDescriptor(error, name)?.value, { depth: 10 }));
  return [...members, error.cause === undefined ? '' : everythingOf(error.cause, depth + 1)].join('\n');
}
