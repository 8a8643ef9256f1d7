import { CALLBACK_SECRET, environment as backofficeEnvironment } from './backoffice-fixtures';
import { environment as coinifyEnvironment } from './coinify-fixtures';
import { environment } from './coinmena-fixtures';
import { environment as oceafinEnvironment } from './oceafin-fixtures';

/** Settings under which each provider's connector can be made: a new provider adds its own. */
export const SETTINGS: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  coinmena: environment(),
  // With callbacks, which are verified with a secret of their own.
  backoffice: backofficeEnvironment({
    BACKOFFICE_CALLBACK_URL: 'https://gateway.example',
    BACKOFFICE_CALLBACK_SECRET: CALLBACK_SECRET,
  }),
  coinify: coinifyEnvironment(),
  oceafin: oceafinEnvironment(),
};
