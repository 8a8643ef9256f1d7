import type { Command } from 'commander';
import { openEvents } from '../../../book/read/open-events';
import { runOnBook, withBook, type BookFlags } from '../book/opened-book';
import { counted } from '../book/story-words';
import { connected, newCommand, withTemporal, type CommonFlags } from '../command';
import { EXIT } from '../exit-code';

/** `gangway book deliver-events` */
export function deliverEventsCommand(): Command {
  const description =
    'Begin again the delivery of what the partner has not taken, after Temporal was lost or a delivery was ended by force.';
  const command = newCommand('deliver-events', description, ['gangway book deliver-events']);
  const help =
    '\nHarmless when repeated: a delivery that is under way goes on, and what the partner has taken is not sent.';
  return withTemporal(withBook(command))
    .addHelpText('after', help)
    .action(async (flags: BookFlags & Omit<CommonFlags, 'provider'>) => {
      await runOnBook(
        flags,
        () => undefined,
        async (book, _nothing, output) => {
          const flows = await connected(flags, async (gangway) => {
            let begun = 0;
            for await (const page of openEvents(book)) {
              for (const event of page) await gangway.deliver(event);
              begun += page.length;
            }
            return begun;
          });
          output.document({ flows });
          output.say(`${output.colors.green('✓')} ${counted(flows, 'flow')} with something to tell.`);
          return EXIT.done;
        },
      );
    });
}
