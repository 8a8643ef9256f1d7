import { isatty } from 'node:tty';
import { hasEnded, type FlowStatus } from '../flow/flow-status';
import { printFlow } from './flow-tables';
import { type Output } from './output';

const CLEAR_SCREEN = '\u001b[2J\u001b[3J\u001b[H';

/** Whether there is a terminal whose screen can be drawn again. */
export function canRedraw({ json }: Output): boolean {
  return !json && isatty(process.stdout.fd);
}

/** Draws where a flow stands on the whole screen, anew whenever it has changed. */
export function liveView(output: Output): (status: FlowStatus) => void {
  let shown = '';
  return (status) => {
    const now = JSON.stringify(status);
    if (now === shown) return;
    shown = now;
    process.stdout.write(CLEAR_SCREEN);
    const hint = hasEnded(status) ? '' : ' Ctrl-C ends the watching, not the flow.';
    output.say(output.colors.dim(`As of ${new Date().toISOString().slice(0, 19).replace('T', ' ')} UTC.${hint}`));
    printFlow(status, output);
  };
}
