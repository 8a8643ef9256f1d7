import { findPythonPackage } from './python-package';

/** The Python that has schemathesis, or why it cannot be had. Another version may find other things. */
export function findSchemathesis(): ReturnType<typeof findPythonPackage> {
  return findPythonPackage({ name: 'schemathesis', version: '4.32.5' });
}
