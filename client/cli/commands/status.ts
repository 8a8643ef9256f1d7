import type { Command } from 'commander';
import { BOOK_VARIABLES } from '../../../book/settings';
import { readStory, type Story } from '../../../book/read/story';
import { GangwayError } from '../../gangway-error';
import { meantSubjects, oneSubject } from '../book/named-subject';
import { openedBook } from '../book/opened-book';
import { printStory } from '../book/print-story';
import { storyDocument } from '../book/story-document';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import type { FlowName, Gangway } from '../../gangway';
import type { FlowStatus } from '../../flow/flow-status';
import { EXIT, exitOfFlow, type ExitCode } from '../exit-code';
import { followToExit, type FollowFlags } from '../follow-flow';
import { printFlow } from '../flow-tables';
import { readFlowName } from '../flow-name';
import type { Output } from '../output';

interface StatusFlags extends CommonFlags, FollowFlags {
  readonly follow?: boolean;
}

/** `gangway status ID` */
export function statusCommand(): Command {
  const description =
    'Show where an onboarding or a funding stands. The exit code says it too; 0 while it runs. What Temporal has forgotten is ' +
    'read from the book, if GANGWAY_BOOK_URL names one.';
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
      const prepare = (): FlowName => readFlowName(id, flags.provider);
      await runConnected(flags, prepare, async (gangway, flow, output) => {
        const status = await statusOrStory(gangway, flow);
        if ('subject' in status) return printKept(status, output);
        if (flags.follow === true) return await followToExit(gangway, status.workflowId, flags, output);
        output.document(status);
        printFlow(status, output);
        return exitOfFlow(status);
      });
    });
}

/** What Temporal knows; else what the book has of it. */
async function statusOrStory(gangway: Gangway, flow: FlowName): Promise<FlowStatus | Story> {
  try {
    return await gangway.status(flow);
  } catch (error) {
    const isForgotten = error instanceof GangwayError && error.code === 'UNKNOWN_ID';
    if (!isForgotten || (process.env[BOOK_VARIABLES.url] ?? '') === '') throw error;
    return await openedBook({}, async (book) => {
      const subject = await oneSubject(book, flow.id, meantSubjects(flow.id, flow.provider));
      return await readStory(book, subject);
    });
  }
}

function printKept(story: Story, output: Output): ExitCode {
  output.document({ from: 'book', ...storyDocument(story) });
  output.say('Temporal knows nothing of it any more. From the book:');
  printStory(story, output);
  const { movement } = story;
  switch (movement?.status) {
    case 'abandoned':
    case 'cancelled':
      return EXIT.givenUp;
    case 'completed':
    case 'marked-completed':
    case undefined:
      return EXIT.done;
    case 'not-sent':
    case 'in-doubt':
    case 'at-provider':
    case 'failed':
    case 'settled':
      output.say('It has not ended in the book, and nothing runs that would end it: start it again under its id.');
      return EXIT.failed;
  }
}
