import { SingleBar } from 'cli-progress';
import { isatty } from 'node:tty';
import type { Output } from './output';

/** How far long work has come: a bar on a terminal, a line now and then if nobody watches. */
export interface ProgressBar {
  at(done: number, note: string): void;
  stop(): void;
}

/** A line whenever another tenth is done. */
const PARTS = 10;

/** @param what the things that are counted, such as `rows` */
export function progressBar(total: number, what: string, output: Output): ProgressBar {
  return !output.json && isatty(process.stderr.fd) ? barOnTerminal(total, what) : linesNowAndThen(total, what, output);
}

/** On stderr: standard output may go to a file while a person watches. */
function barOnTerminal(total: number, what: string): ProgressBar {
  const format = `  {bar} {percentage}% | {value} of {total} ${what} | {note}`;
  const bar = new SingleBar({ format, hideCursor: true, stream: process.stderr, barsize: 30, linewrap: null });
  bar.start(total, 0, { note: '' });
  return {
    at: (done, note) => bar.update(done, { note }),
    stop: () => bar.stop(),
  };
}

function linesNowAndThen(total: number, what: string, output: Output): ProgressBar {
  let told = -1;
  return {
    at: (done, note) => {
      const part = Math.floor((done / Math.max(1, total)) * PARTS);
      if (part === told) return;
      told = part;
      output.say(`  ${done} of ${total} ${what}${note === '' ? '' : `: ${note}`}`);
    },
    stop: () => undefined,
  };
}
