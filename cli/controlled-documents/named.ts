/** The controlled documents, and where their files stand. */
import { readAlarmTexts } from '../../controls/alarms/alarm-settings';
import { readClaimsText } from '../../controls/identity/claims-mapping';
import { readCompletenessTexts } from '../../canonical/completeness/completeness-document';
import { STANDARDS_NAME, readStandardsText } from '../../canonical/data-quality/load-standards';
import { readRulesText } from '../../canonical/rules/load-rules';
import { commandConfig } from '../command-config';
import type { NamedDocument } from './commands';

export const NAMED_DOCUMENTS = {
  rules: {
    ...{ document: 'CONSISTENCY_RULES', name: 'ConsistencyRules', demoUser: 'data-steward' },
    read: (root) => ({ 'consistency.yaml': readRulesText(root) }),
  },
  standards: {
    ...{ document: 'QUALITY_STANDARDS', name: 'QualityStandards', demoUser: 'data-steward' },
    read: (root) => ({ [STANDARDS_NAME]: readStandardsText(root) }),
  },
  completeness: {
    ...{ document: 'COMPLETENESS_RULES', name: 'CompletenessRules', demoUser: 'data-steward' },
    read: readCompletenessTexts,
  },
  alarms: {
    ...{ document: 'ALARM_RULES', name: 'AlarmRules', demoUser: 'security-officer' },
    read: (root) => readAlarmTexts(commandConfig(root).alarms.folder),
  },
  claims: {
    ...{ document: 'CLAIMS', name: 'Claims', demoUser: 'security-officer' },
    read: (root) => ({ 'claims.yaml': readClaimsText(root) }),
  },
} as const satisfies Record<string, NamedDocument>;
