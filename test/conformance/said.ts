import { inspect } from 'node:util';

/** Everything that code says aloud while it is listened to: log output, whoever carries it off. */
export interface Listening {
  /** Ends it. Returns what was said. */
  stop(): readonly string[];
}

const WAYS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const;

/**
 * Listens to the console, and to what code in files that `by` matches writes to the process's own output; the test
 * runner writes there as well.
 */
export function listen(by: RegExp): Listening {
  const said: string[] = [];
  const spies = [
    ...WAYS.map((way) =>
      jest.spyOn(console, way).mockImplementation((...words: unknown[]) => {
        said.push(inspect(words));
      }),
    ),
    ...[process.stdout, process.stderr].map((stream) => {
      const write = stream.write.bind(stream);
      return jest.spyOn(stream, 'write').mockImplementation((text) => {
        // Of whose doing it is, the stack says.
        if (by.test(new Error().stack ?? '')) said.push(String(text));
        return write(text);
      });
    }),
  ];
  return {
    stop: () => {
      for (const spy of spies) spy.mockRestore();
      return said;
    },
  };
}
