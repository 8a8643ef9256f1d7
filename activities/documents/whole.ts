import { unreadable } from './document-error';
import { heifProblem } from './heif';
import { jpegProblem } from './jpeg';
import { pdfProblem } from './pdf';
import { pngProblem } from './png';
import type { DocumentMime } from './sniff';

/**
 * Refuses what only begins as a document: a part of a file, and a PDF that is encrypted or does more than show pages.
 * It walks through what a file says of its own parts, and decodes no picture: the work is linear in the size of the
 * file, and code that decodes what strangers send has no place beside a provider's keys.
 *
 * @throws DocumentError
 */
export async function refuseUnlessWhole(bytes: Buffer, mime: DocumentMime): Promise<void> {
  const problem = await problemOf(bytes, mime);
  if (problem !== undefined) throw unreadable(problem);
}

async function problemOf(bytes: Buffer, mime: DocumentMime): Promise<string | undefined> {
  switch (mime) {
    case 'image/jpeg':
      return jpegProblem(bytes);
    case 'image/png':
      return pngProblem(bytes);
    case 'image/heic':
    case 'image/heif':
      return heifProblem(bytes);
    case 'application/pdf':
      return pdfProblem(bytes);
  }
}
