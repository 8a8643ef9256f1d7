import { findProgram } from './debian';

/** The path of Prometheus's own tool, installed if this machine can; undefined if there is none. */
export function findPromtool(): string | undefined {
  return findProgram(['/usr/bin/promtool', '/usr/local/bin/promtool'], 'prometheus');
}
