import { statSync } from 'node:fs';

/** Differs after every change of a file, even if another one replaced it; '' if there is none. */
export function fileStamp(path: string): string {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(path);
    return [mtimeMs, ctimeMs, size, ino].join(' ');
  } catch {
    return '';
  }
}
