import { sniff } from '../../activities/documents/sniff';
import { fileOf, isoFile } from './files';

describe('sniff', () => {
  const heads: readonly (readonly [string, Buffer, string | undefined])[] = [
    ['a JPEG', fileOf.jpeg(), 'image/jpeg'],
    ['a PNG', fileOf.png(), 'image/png'],
    ['a PDF', fileOf.pdf(), 'application/pdf'],
    ['heic', isoFile('heic', 'mif1', 'heic'), 'image/heic'],
    ['heix', isoFile('heix'), 'image/heic'],
    ['hevc', isoFile('hevc'), 'image/heic'],
    ['mif1 that says heic', isoFile('mif1', 'mif1', 'heic'), 'image/heic'],
    ['mif1', isoFile('mif1', 'mif1'), 'image/heif'],
    ['msf1', isoFile('msf1'), 'image/heif'],
    ['heif', isoFile('heif'), 'image/heif'],
    ['AVIF', isoFile('avif', 'mif1'), undefined],
    ['AVIF that calls itself mif1', isoFile('mif1', 'avif'), undefined],
    ['a film', isoFile('isom', 'mp42'), undefined],
    ['a box that ends before its brand', Buffer.from('\0\0\0\x08ftyp\0\0\0\0\0\0\0\0', 'latin1'), undefined],
    ['a GIF', Buffer.from('GIF89a and so on, and so on'), undefined],
    ['a web page', Buffer.from('<!doctype html><html></html>'), undefined],
    ['a PDF after a byte order mark', Buffer.from('\uFEFF%PDF-1.7'), 'application/pdf'],
    ['a PDF from byte 1019', Buffer.from(`${' '.repeat(1019)}%PDF-1.7`), 'application/pdf'],
    ['a PDF from byte 1020', Buffer.from(`${' '.repeat(1020)}%PDF-1.7`), undefined],
    ['two bytes of a JPEG', Buffer.from([0xff, 0xd8]), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ];
  test.each(heads)('%s', (_name, bytes, mime) => {
    expect(sniff(bytes)).toBe(mime);
  });
});
