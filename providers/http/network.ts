import { rootCertificates } from 'node:tls';
import { Agent, EnvHttpProxyAgent, type buildConnector, type Dispatcher } from 'undici';
import { readCertificates } from '../../inputs';
import { withoutEmpty } from './settings';

/** How the providers' hosts are reached. */
export interface NetworkSettings {
  /** A proxy for https: addresses, which is asked for a tunnel (CONNECT). */
  readonly proxy?: { readonly url: string; readonly except: string };
  /** Authorities that are believed beside those that Node knows, in PEM. */
  readonly authorities?: string;
}

/**
 * Reads HTTPS_PROXY and NO_PROXY, in capitals or not, and GANGWAY_CA_FILE. NODE_EXTRA_CA_CERTS is Node's own, which only
 * warns if it cannot be read.
 *
 * @param report receives what is wrong, by the variable's name
 */
export function readNetwork(env: unknown, report: (variable: string, problem: string) => void): NetworkSettings {
  const set = new Map(
    Object.entries(withoutEmpty(env)).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
  const proxy = proxyOf(set, report);
  const authorities = bundleOf('GANGWAY_CA_FILE', set, report);
  bundleOf('NODE_EXTRA_CA_CERTS', set, report);
  return { ...(proxy === undefined ? {} : { proxy }), ...(authorities === undefined ? {} : { authorities }) };
}

type Report = (variable: string, problem: string) => void;

function proxyOf(set: ReadonlyMap<string, string>, report: Report): NetworkSettings['proxy'] {
  const url = set.get('HTTPS_PROXY') ?? set.get('https_proxy');
  if (url === undefined) return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    report('HTTPS_PROXY', 'must be a URL of http: or https:, such as http://proxy.example:3128');
    return undefined;
  }
  return { url, except: set.get('NO_PROXY') ?? set.get('no_proxy') ?? '' };
}

function bundleOf(variable: string, set: ReadonlyMap<string, string>, report: Report): string | undefined {
  const path = set.get(variable);
  if (path === undefined) return undefined;
  const read = readCertificates(path);
  if ('bytes' in read) return read.bytes.toString('utf8');
  report(variable, read.problem);
  return undefined;
}

/** Whether an https: address is reached without the proxy, by NO_PROXY's rules as undici has them. */
export function goesDirect(host: string, { proxy }: NetworkSettings): boolean {
  if (proxy === undefined || proxy.except.trim() === '*') return true;
  const { hostname, port } = new URL(`https://${host}`);
  return proxy.except
    .split(/[,\s]/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, only] = /^(.+):(\d+)$/.exec(entry.toLowerCase()) ?? [undefined, entry.toLowerCase()];
      if (only !== undefined && only !== (port === '' ? '443' : port)) return false;
      return /^[.*]/.test(name) ? hostname.endsWith(name.replace(/^\*/, '')) : hostname === name;
    });
}

/** The TLS settings for a provider. Certificates are checked, whatever the process was told. */
export function tlsOptions({ authorities }: NetworkSettings): buildConnector.BuildOptions {
  return { rejectUnauthorized: true, ...(authorities === undefined ? {} : { ca: [...rootCertificates, authorities] }) };
}

/** What connects: directly or, if there is a proxy, through its tunnel; http: addresses always directly. */
export function dispatcherOf(
  network: NetworkSettings,
  options: Agent.Options,
  checks: buildConnector.BuildOptions,
): Dispatcher {
  const { proxy } = network;
  if (proxy === undefined) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: '',
    httpsProxy: proxy.url,
    noProxy: proxy.except,
    requestTls: checks,
    proxyTls: checks,
  });
}
