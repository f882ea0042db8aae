/** The standing questions as the pages ask them: each is asked once and shown on several pages. */
import type { ReportClient } from '../client.ts';
import { AuditLog } from '../queries/log.ts';
import { ActiveDeployments, LearnedFromQuestion } from '../queries/question.ts';
import { KpiList } from '../queries/kpis.ts';
import { logPages, mostEntries, type LogPage } from '../models/log.ts';
import type { ReportContext } from '../context.ts';

export const askLearnedFrom = (client: ReportClient) =>
  client.askAll(
    LearnedFromQuestion,
    { categories: ['SPECIAL_CATEGORY', 'PROTECTED_CHARACTERISTIC'] },
    (data) => data.modelVersions,
  );

export const askActiveDeployments = (client: ReportClient) =>
  client.askAll(ActiveDeployments, {}, (data) => data.deployments);

export const askLog = (client: ReportClient) => client.askAll(AuditLog, {}, (data) => data.auditEvents, mostEntries);

export const askKpis = (client: ReportClient) => client.askAll(KpiList, {}, (data) => data.kpis);

/** The log in pages, up to the head that the stamp names; none when it is not for this role. */
export async function askLogPages({ client, stamp }: ReportContext): Promise<LogPage[]> {
  const answer = await askLog(client);
  const head = stamp.logHead.state === 'known' ? Number(stamp.logHead.value.index) : undefined;
  return answer.state === 'refused' ? [] : logPages(answer.data, head);
}
