import { recordedAt } from './recorded';
import { backoffice } from './scenarios/backoffice';
import { coinify } from './scenarios/coinify';
import { coinmena } from './scenarios/coinmena';
import { oceafin } from './scenarios/oceafin';

test.each([coinmena, backoffice, oceafin, coinify])(
  'every recorded history of a whole flow has a scenario: $rig.provider',
  ({ rig: { provider = '' }, scenarios }) => {
    expect(Object.keys(scenarios).sort()).toEqual([...recordedAt(provider).keys()].sort());
  },
);
