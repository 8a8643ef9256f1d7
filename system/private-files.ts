import { isMainThread } from 'node:worker_threads';

/** No file that a process makes is for other users: histories and ids of clients are in them. */
export const PRIVATE_DIRECTORY = 0o700;
export const PRIVATE_FILE = 0o600;
const PRIVATE_UMASK = 0o077;

/** Does `work`, such as starting a process, so that whatever it makes is for this user only, whatever the umask is. */
export function privately<Result>(work: () => Result): Result {
  // A thread may not set the umask of its process; our own processes set it for good (keepFilesPrivate).
  if (!isMainThread) return work();
  const before = process.umask(PRIVATE_UMASK);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}

/** From now on, whatever this process and its children make is for this user only. For processes of ours alone. */
export function keepFilesPrivate(): void {
  process.umask(PRIVATE_UMASK);
}
