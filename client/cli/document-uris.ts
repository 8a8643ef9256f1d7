import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Makes absolute `file:` URIs of the paths (plain, or after `file:`) in place of a document's URI
 * (`documents[].front.uri` and `back.uri`, at the top or in `patch`). Relative paths are taken from `directory`. All
 * else is left to the schemas.
 */
export function withFileUris(input: unknown, directory: string): unknown {
  return mapField(mapField(input, 'documents', allDocuments), 'patch', (patch) =>
    mapField(patch, 'documents', allDocuments),
  );

  function allDocuments(documents: unknown): unknown {
    if (!Array.isArray(documents)) return documents;
    return documents.map((document: unknown) => mapField(mapField(document, 'front', file), 'back', file));
  }
  function file(ref: unknown): unknown {
    return mapField(ref, 'uri', (uri) => (typeof uri === 'string' ? fileUri(uri, directory) : uri));
  }
}

/** A path, or `file:` followed by a relative one, as an absolute URI. */
function fileUri(uri: string, directory: string): string {
  const relative = /^file:(?!\/)(.*)$/s.exec(uri)?.[1];
  const path = relative === undefined ? uri : percentDecoded(relative);
  if (path === '' || URL.canParse(path)) return uri;
  return pathToFileURL(resolve(directory, path)).href;
}

/** As a URI has it; a name with a percent sign that encodes nothing is meant as it stands. */
function percentDecoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function mapField(value: unknown, name: string, change: (field: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return value;
  const fields: Record<string, unknown> = { ...value };
  return { ...fields, [name]: change(fields[name]) };
}
