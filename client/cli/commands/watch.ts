import type { Command } from 'commander';
import { interruptible } from '../interruptible';
import { hasEnded } from '../../flow/flow-status';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import type { FlowName, Gangway } from '../../gangway';
import { EXIT, exitOfFlow, type ExitCode } from '../exit-code';
import { followToExit } from '../follow-flow';
import { readFlowName } from '../flow-name';
import { canRedraw, liveView } from '../live-view';
import type { Output } from '../output';

/** `gangway watch ID` */
export function watchCommand(): Command {
  const description =
    'Watch a flow live until it ends, over every question to a person. Ctrl-C ends the watching only.';
  const command = newCommand('watch', description, [
    'gangway watch funding/coinmena/deposit-7',
    'gangway watch demo-client-1',
    'gangway watch deposit-7 --json | jq .event',
  ]);
  return withProvider(withTemporal(command))
    .argument('<id>', 'a workflow id, or a fundingId or partnerClientId alone')
    .action(async (id: string, flags: CommonFlags) => {
      const prepare = (): FlowName => readFlowName(id, flags.provider);
      await runConnected(flags, prepare, async (gangway, flow, output) => {
        const { workflowId } = await gangway.status(flow);
        // Piped or for machines: what happens, line by line.
        if (!canRedraw(output)) return await followToExit(gangway, workflowId, { wait: true }, output);
        return await redraw(gangway, workflowId, output);
      });
    });
}

async function redraw(gangway: Gangway, workflowId: string, output: Output): Promise<ExitCode> {
  return await interruptible(async (interrupt) => {
    const options = { onLook: liveView(output), signal: interrupt };
    const status = await gangway.follow({ id: workflowId }, () => undefined, options);
    return interrupt.aborted && !hasEnded(status) ? EXIT.interrupted : exitOfFlow(status);
  });
}
