/** A sandbox's control port (sandbox/README.md). */
export class Control {
  constructor(readonly url: string) {}

  async get(path: string): Promise<unknown> {
    return await this.call('GET', path);
  }

  /** @throws Error with what the control port says, if it refuses */
  async post(path: string, body: object = {}): Promise<unknown> {
    return await this.call('POST', path, body);
  }

  async delete(path: string): Promise<unknown> {
    return await this.call('DELETE', path, {});
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...sent,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text);
  }
}
