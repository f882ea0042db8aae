import { classify } from '../../access/classes.ts';
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
