import { printable } from '../../contract/printable';

/** An object made of fields by their dotted paths, or which path cannot be. */
export type ObjectOfPaths =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly field: string; readonly problem: string };

type Branch = Map<string, Branch | string>;

/** The deepest path that any request has is `documents.0.front.uri`. */
const DEEPEST = 8;

/**
 * Makes an object of cells by their dotted paths; if all parts at a level are the whole numbers from 0, a list.
 * Words that a schema wants as `true`, `false` or a number are such in the object.
 */
export function objectOfPaths(cells: readonly (readonly [path: string, cell: string])[]): ObjectOfPaths {
  const root: Branch = new Map();
  for (const [path, cell] of cells) {
    if (!plant(root, path.split('.'), cell)) {
      return { ok: false, field: printable(path, 100), problem: 'cannot be beside the other columns' };
    }
  }
  return { ok: true, value: grown(root) };
}

function plant(root: Branch, path: readonly string[], cell: string): boolean {
  if (path.length > DEEPEST || path.includes('')) return false;
  let branch = root;
  for (const part of path.slice(0, -1)) {
    const next: Branch | string = branch.get(part) ?? new Map<string, Branch | string>();
    if (typeof next === 'string') return false;
    branch.set(part, next);
    branch = next;
  }
  const leaf = path.at(-1) ?? '';
  if (branch.has(leaf)) return false;
  branch.set(leaf, cell);
  return true;
}

function grown(branch: Branch): unknown {
  const entries = [...branch].map(([part, inner]): [string, unknown] => [
    part,
    typeof inner === 'string' ? inner : grown(inner),
  ]);
  const isList = entries.length > 0 && entries.every(([part]) => /^\d+$/.test(part));
  if (isList) return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
  return Object.fromEntries(entries.map(([part, value]) => [part, typed(part, value)]));
}

/** The only fields of a request that are no text. */
function typed(part: string, value: unknown): unknown {
  if (part === 'reactivate' && (value === 'true' || value === 'false')) return value === 'true';
  const isCount = part === 'maxRefs' || part === 'bytes' || part.endsWith('Ms');
  return isCount && typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}
