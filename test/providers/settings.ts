import { environment as backofficeEnvironment } from './backoffice-fixtures';
import { environment as coinifyEnvironment } from './coinify-fixtures';
import { environment } from './coinmena-fixtures';
import { environment as oceafinEnvironment } from './oceafin-fixtures';

/** Settings under which each provider's connector can be made: a new provider adds its own. */
export const SETTINGS: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  coinmena: environment(),
  backoffice: backofficeEnvironment(),
  coinify: coinifyEnvironment(),
  oceafin: oceafinEnvironment(),
};
