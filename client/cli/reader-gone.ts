/**
 * Ends the process quietly once nobody reads any more what it prints: whoever reads may stop early, as `head` does.
 * What was started goes on.
 */
export function endOnceNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? 0);
    });
  }
}
