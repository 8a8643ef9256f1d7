/** One call that a sandbox takes. */
export interface Route<Operation extends string, Handler> {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{name}` stands for one segment; a last `*` for any number of them. */
  readonly path: string;
  readonly handler: Handler;
}

export type Params = Readonly<Record<string, string>>;

export type RouteMatch<Found> =
  | { readonly found: 'route'; readonly route: Found; readonly params: Params }
  | { readonly found: 'path'; readonly allow: readonly string[] }
  | { readonly found: 'nothing' };

/** The route of a request; `path` if the path exists with other methods only. */
export function matchRoute<Found extends { readonly method: string; readonly path: string }>(
  routes: readonly Found[],
  method: string,
  path: string,
): RouteMatch<Found> {
  const matches = routes.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  const match = matches.find(({ route }) => route.method === method);
  if (match !== undefined) return { found: 'route', ...match };
  return matches.length === 0
    ? { found: 'nothing' }
    : { found: 'path', allow: matches.map(({ route }) => route.method) };
}

function paramsOf(pattern: string, path: string): Params | undefined {
  if (pattern.endsWith('*')) return path.startsWith(pattern.slice(0, -1)) ? {} : undefined;
  const wanted = pattern.split('/');
  const given = path.replace(/\/$/, '').split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (!segment.startsWith('{')) {
      if (segment !== value) return undefined;
      continue;
    }
    const decoded = decode(value);
    if (decoded === undefined || decoded === '') return undefined;
    params[segment.slice(1, -1)] = decoded;
  }
  return params;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
