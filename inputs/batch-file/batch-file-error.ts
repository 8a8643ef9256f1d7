/** A file that cannot be read as a whole. The message quotes nothing of the file. */
export class BatchFileError extends Error {
  override readonly name = 'BatchFileError';
}
