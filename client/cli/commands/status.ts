import type { Command } from 'commander';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import type { FlowRef } from '../../gangway';
import { exitOfFlow } from '../exit-code';
import { followToExit, type FollowFlags } from '../follow-flow';
import { printFlow } from '../flow-tables';
import { readFlowRef } from '../flow-ref';

interface StatusFlags extends CommonFlags, FollowFlags {
  readonly follow?: boolean;
}

/** `gangway status ID` */
export function statusCommand(): Command {
  const description = 'Show where an onboarding or a funding stands. The exit code says it too; 0 while it runs.';
  const command = newCommand('status', description, [
    'gangway status funding/coinmena/demo-deposit-1',
    'gangway status demo-client-1',
    'gangway status demo-client-1 --follow',
  ]);
  return withProvider(withTemporal(command))
    .argument('<id>', 'a workflow id, or a fundingId or partnerClientId alone')
    .option('--follow', 'follow it until it ends or waits for a person')
    .option('--wait', 'with --follow: go on while it waits for a person')
    .action(async (id: string, flags: StatusFlags) => {
      const prepare = (): FlowRef => readFlowRef(id, flags.provider);
      await runConnected(flags, prepare, async (gangway, flow, output) => {
        const status = await gangway.status(flow);
        if (flags.follow === true) return await followToExit(gangway, status.workflowId, flags, output);
        output.document(status);
        printFlow(status, output);
        return exitOfFlow(status);
      });
    });
}
