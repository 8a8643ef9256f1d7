import type { Command } from 'commander';
import type { ApprovalRequest } from '../../../contract/approval';
import { readApproval } from '../../flow/requests';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { DECISION_OPTIONS, withDecision, type DecisionFlags } from '../decision';
import type { FlowRef } from '../../gangway';
import { EXIT } from '../exit-code';
import { readFlowRef } from '../flow-ref';
import { inOptionWords } from '../option-words';

/** `gangway approve ID` */
export function approveCommand(): Command {
  const description = 'Approve a movement that waits for it. Not for who asked for it; each person counts once.';
  return answerCommand('approve', description);
}

/** `gangway reject ID` */
export function rejectCommand(): Command {
  return answerCommand('reject', 'Reject a movement that waits for approval: it ends, and nothing moves.');
}

function answerCommand(name: 'approve' | 'reject', description: string): Command {
  const why = name === 'approve' ? 'invoice 7 checked' : 'not ordered by us';
  const command = newCommand(name, description, [
    'gangway list --needs-attention',
    `gangway ${name} funding/coinmena/payout-7 --by ops-2 --reason "${why}"`,
  ]);
  return withDecision(withProvider(withTemporal(command)))
    .argument('<id>', 'a workflow id, or a fundingId alone')
    .action(async (id: string, flags: CommonFlags & DecisionFlags) => {
      const prepare = (): { flow: FlowRef; request: ApprovalRequest } => {
        const { by, reason } = flags;
        const request = inOptionWords(DECISION_OPTIONS, () => readApproval({ by, reason }));
        return { flow: readFlowRef(id, flags.provider), request };
      };
      await runConnected(flags, prepare, async (gangway, { flow, request }, output) => {
        const answer = name === 'approve' ? await gangway.approve(flow, request) : await gangway.reject(flow, request);
        output.document({ answer });
        output.say(`${output.colors.green('✓')} ${answer}. See what comes of it: npx gangway status ${id} --follow`);
        return EXIT.done;
      });
    });
}
