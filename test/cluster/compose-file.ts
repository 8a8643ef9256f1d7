import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const ROOT = join(__dirname, '..', '..');

const words = z.array(z.string());

const SERVICE = z.object({
  image: z.string(),
  command: words.default([]),
  entrypoint: words.default([]),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: words.optional() }).optional(),
});

export type ComposeService = z.output<typeof SERVICE>;

/** docker-compose.yml as compose reads it if nothing is set: `${NAME:-default}` is filled in after the YAML was read. */
export function composeDocument(): unknown {
  return interpolated(parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }));
}

function interpolated(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
  if (Array.isArray(value)) return value.map(interpolated);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, interpolated(entry)]));
}

/** The services of docker-compose.yml, as compose reads them if nothing is set. */
export function composeServices(): Readonly<Record<string, ComposeService>> {
  return z.object({ services: z.record(z.string(), SERVICE) }).parse(composeDocument()).services;
}

/** The image's own health check, for services that have none of their own. */
export function imagesHealthCheck(): readonly string[] {
  const found = /HEALTHCHECK [^[]*(\[.+\])/.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))?.[1] ?? '[]';
  return ['CMD', ...words.parse(JSON.parse(found))];
}

/** Names in an order in which each comes after those that it depends on. */
export function inOrder(
  services: Readonly<Record<string, ComposeService>>,
  wanted: readonly string[],
): readonly string[] {
  const ordered: string[] = [];
  const visit = (name: string): void => {
    for (const other of Object.keys(services[name]?.depends_on ?? {})) visit(other);
    if (!ordered.includes(name)) ordered.push(name);
  };
  wanted.forEach(visit);
  return ordered;
}
