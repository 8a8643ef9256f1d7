type Parameters = Readonly<Record<string, string>>;

/**
 * The literal request target of a call.
 *
 * @param path as the provider documents it, such as `/v1/clients/{id}`
 * @throws RangeError if a path parameter is missing, or would change the path it stands in
 */
export function target(path: string, parameters: Parameters = {}, query: Parameters = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined || value === '' || value === '.' || value === '..') {
      throw new RangeError(`path parameter ${name} is missing or not usable`);
    }
    return encodeURIComponent(value);
  });
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`;
}
