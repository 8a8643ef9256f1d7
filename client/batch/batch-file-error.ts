/** A file that cannot be read as a whole. Its message holds nothing of the file's. */
export class BatchFileError extends Error {
  override readonly name = 'BatchFileError';
}
