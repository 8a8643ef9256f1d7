/**
 * Why a provider was not reached, as far as the network tells: closed words that name neither an address nor a person.
 * They stand in failures, on timelines and in logs.
 */
const CONNECTION_CAUSES = {
  'no-such-host': 'its host name is not known (DNS): check the base URL and the resolver',
  refused: 'the connection was refused: nothing listens there, or a firewall says no',
  'no-route': 'there is no route to its network',
  'timed-out': 'no connection came about in time: a firewall may drop it silently',
  'unknown-authority': 'nobody known vouches for its certificate: set GANGWAY_CA_FILE if the authority is your own',
  'other-host': 'its certificate is of another host: check the base URL',
  expired: 'its certificate has expired, or is not valid yet: check its dates and this clock',
  'not-https': 'what answers there does not speak TLS: check scheme and port of the base URL',
  'not-http': 'what answers there does not speak HTTP: check scheme and port of the base URL, it may want https:',
  proxy: 'the proxy of HTTPS_PROXY did not let the connection through',
  redirected: 'it answers with a redirect, which is never followed: set the base URL to where the service is',
} as const satisfies Record<string, string>;

export type ConnectionCause = keyof typeof CONNECTION_CAUSES;

/** What is wrong, in a clause. */
export function describeConnection(cause: ConnectionCause, redirectedTo?: string): string {
  const to = redirectedTo === undefined ? '' : ` (to ${redirectedTo})`;
  return `${CONNECTION_CAUSES[cause]}${to}`;
}
