import fc from 'fast-check';
import { jsonBody, multipartBody } from '../../providers/http/body';
import { LONGEST_PAUSE_MS, retryAfterMs } from '../../providers/http/retry-after';

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['30', 30_000],
    [' 2 ', 2000],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Thursday, 01-Jan-26 00:00:10 GMT', 10_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['9999999999', LONGEST_PAUSE_MS],
    ['Fri, 01 Jan 2100 00:00:00 GMT', LONGEST_PAUSE_MS],
  ])('%j is %d ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  test.each([undefined, '', 'soon', '-1', '1.5', '1e3', '2026-01-01', 'Not a date'])('%j is none', (header) => {
    expect(retryAfterMs(header, NOW)).toBeUndefined();
  });

  test('is never negative, never endless', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const wait = retryAfterMs(header, NOW) ?? 0;
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
      }),
    );
  });
});

describe('bodies', () => {
  test('JSON is UTF-8', () => {
    const body = jsonBody({ name: 'زيد' });
    expect(body.bytes.toString('utf8')).toBe('{"name":"زيد"}');
    expect(body.contentType).toBe('application/json');
  });

  test('a file is carried byte for byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (content) => {
        const file = { name: 'f', filename: 'f.bin', contentType: 'image/png', content: Buffer.from(content) };
        const { bytes } = multipartBody([file], 'B');
        const head =
          '--B\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\nContent-Type: image/png\r\n\r\n';
        expect(bytes.subarray(0, head.length).toString('latin1')).toBe(head);
        expect(bytes.subarray(head.length, head.length + content.length).equals(Buffer.from(content))).toBe(true);
        expect(bytes.subarray(head.length + content.length).toString('latin1')).toBe('\r\n--B--\r\n');
      }),
    );
  });

  test('a boundary is never used twice', () => {
    expect(multipartBody([]).contentType).not.toBe(multipartBody([]).contentType);
  });

  test('a name cannot break out of its header', () => {
    const { bytes } = multipartBody([{ name: 'a"\r\nX: y', value: 'v' }], 'B');
    expect(bytes.toString()).toContain('name="a%22%0D%0AX: y"\r\n\r\nv');
  });
});
