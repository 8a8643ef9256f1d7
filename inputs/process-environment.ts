/**
 * Settings of the environment that would break what this process promises, whatever else it is told.
 *
 * @returns problems, each beginning with the variable's name
 */
export function unsafeEnvironment(env: NodeJS.ProcessEnv): readonly string[] {
  // Node compares with this very text.
  return env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
    ? ['NODE_TLS_REJECT_UNAUTHORIZED must not be 0: anybody could pose as the provider, Temporal or NATS']
    : [];
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/i;

/** Whether a host is this machine: what is sent there passes no network. */
export function isThisMachine(host: string): boolean {
  return LOOPBACK.test(host);
}
