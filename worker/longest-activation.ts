/**
 * How long workflow code may run at a stretch, by the clock. Beyond it Node ends the whole process, not the task: so it is
 * far longer than a machine stands still that is moved to another host or has too much to do, and still an end of a loop
 * that has none. The SDK's default is 5 seconds.
 */
export const LONGEST_ACTIVATION = { isolateExecutionTimeout: '5 minutes' } as const;
