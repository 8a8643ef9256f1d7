/**
 * The address of the Temporal server that all tests share. Tests keep out of each other's way by ids and task queues of
 * their own.
 */
export function testTemporalAddress(): string {
  const address = process.env['GANGWAY_TEST_TEMPORAL_ADDRESS'];
  if (address === undefined) throw new Error('test/setup/global-setup.ts has not run');
  return address;
}
