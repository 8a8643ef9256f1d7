import { hasEnded, type FlowStatus } from '../flow/flow-status';
import type { Started } from '../flow/start';
import type { Gangway } from '../gangway';
import { EXIT, exitOfFlow, type ExitCode } from './exit-code';
import { printFlow } from './flow-tables';
import { interruptible } from './interruptible';
import { readWorkflowId } from '../flow/flow-id';
import { warnOfIds } from './public-ids';
import type { Output } from './output';
import { progressPrinter } from './progress-printer';

export interface FollowFlags {
  /** Come back once it is started. */
  readonly detach?: boolean;
  /** Go on following while a person is asked. */
  readonly wait?: boolean;
}

/** Says what a start did, then follows the flow as asked, and gives the exit code for where it stood last. */
export async function followStarted<Result>(
  gangway: Gangway,
  started: Started<Result>,
  flags: FollowFlags,
  output: Output,
): Promise<ExitCode> {
  const { workflowId, runId, started: how } = started;
  output.document({ event: 'started', workflowId, runId, started: how });
  output.say(startedWords(started));
  warnOfIds([readWorkflowId(workflowId)?.own ?? ''], output);
  if (flags.detach === true) {
    output.say(`Follow it with: npx gangway status ${workflowId}`);
    return EXIT.done;
  }
  return await followToExit(gangway, workflowId, flags, output);
}

function startedWords<Result>({ workflowId, started }: Started<Result>): string {
  switch (started) {
    case 'new':
      return `Started ${workflowId}.`;
    case 'already-running':
      return `Already started: the same request runs as ${workflowId}. Nothing new was started; following it.`;
    case 'already-done':
      return `Already done: the same request ran as ${workflowId}. Nothing new was started; this is what came of it.`;
  }
}

/** Follows a flow until it ends, parks (unless told to wait) or the person at the terminal has seen enough. */
export async function followToExit(
  gangway: Gangway,
  workflowId: string,
  { wait = false }: FollowFlags,
  output: Output,
): Promise<ExitCode> {
  return await interruptible(async (interrupt) => {
    const options = { untilParked: !wait, signal: interrupt };
    const status = await gangway.follow({ id: workflowId }, progressPrinter(output, wait), options);
    const exitCode = exitOfFollowed(status, interrupt.aborted);
    output.document({ event: 'result', exitCode, status });
    if (exitCode === EXIT.interrupted) {
      output.say(`It goes on. Look again with: npx gangway status ${workflowId}`);
    } else {
      printFlow(status, output);
    }
    return exitCode;
  });
}

function exitOfFollowed(status: FlowStatus, interrupted: boolean): ExitCode {
  return interrupted && !hasEnded(status) ? EXIT.interrupted : exitOfFlow(status);
}
