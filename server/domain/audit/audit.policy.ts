import { classify } from '../../access/classes.ts';
import { closed, ofProject, type TableLabels } from '../../access/tables.ts';
import { typeOfKind } from '../assets/asset.read-model.ts';

const ofAssets = Object.fromEntries(Object.values(typeOfKind).map((type) => [type, { events: 'audit' as const }]));

export const auditPolicy = classify(
  {
    Query: { auditEvents: 'audit', logHead: 'audit' },
    AuditEvent: {
      id: 'audit',
      index: 'audit',
      at: 'audit',
      actor: 'audit',
      action: 'audit',
      subjectKind: 'audit',
      subject: 'audit',
      coordinate: 'audit',
      policy: 'audit',
      details: 'audit',
      leafHash: 'audit',
    },
    LogHead: { size: 'audit', index: 'audit', at: 'audit', leafHash: 'audit' },
    ...ofAssets,
  },
  {
    'AuditEventFilter.subjectId': [{ coordinate: 'AuditEvent.subject', use: 'filter' }],
    'AuditEventFilter.after': [{ coordinate: 'AuditEvent.at', use: 'filter' }],
    'AuditEventFilter.before': [{ coordinate: 'AuditEvent.at', use: 'filter' }],
  },
);

export const auditTables = {
  event_inbox: closed('Events on their way into the log: the integrator alone takes them.'),
  // a salt that is known lets the value behind an erased field be guessed
  event_log: ofProject(['audit'], { salts: [] }),
} satisfies TableLabels;
