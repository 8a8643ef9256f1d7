import { describeResets } from './resets';
import { backoffice, withListsBehind } from './scenarios/backoffice';

describeResets(backoffice);
describeResets(withListsBehind, ', whose lists are behind');
