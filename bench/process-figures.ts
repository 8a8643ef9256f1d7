import { readFileSync } from 'node:fs';

/** The kernel counts CPU time in these to user space, on every architecture that Node runs on (USER_HZ). */
const MS_PER_TICK = 10;

/**
 * CPU time that a process has used since it began, all threads, user and system, in milliseconds; undefined if
 * there is no Linux /proc.
 */
export function cpuMs(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // After the name, which is in parentheses and may hold anything: state is field 3, utime 14, stime 15 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** The most memory that a process has had resident, in MB of 2^20 bytes; undefined if there is no Linux /proc. */
export function peakMemoryMb(pid: number): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
