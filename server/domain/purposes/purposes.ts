export interface PurposeDefinition {
  code: string;
  label: string;
  /** W3C Data Privacy Vocabulary 2, where it has the term. */
  iri: string | null;
  description: string;
  highRisk: boolean;
  highRiskSource: string | null;
}

const dpv = (term: string): string => `https://w3id.org/dpv#${term}`;
const annexIII = (point: string): string => `EU AI Act, Annex III ${point}`;

const purpose = (
  code: string,
  label: string,
  iri: string | null,
  description: string,
  highRiskSource: string | null = null,
): PurposeDefinition => ({ code, label, iri, description, highRisk: highRiskSource !== null, highRiskSource });

/** What a model may be deployed for. High risk is what Annex III of Regulation (EU) 2024/1689 lists. */
export const purposes: readonly PurposeDefinition[] = [
  purpose('credit-scoring', 'Credit scoring', dpv('CreditChecking'), 'Judges whether a person will pay back.', annexIII('5(b)')),
  purpose('recruitment', 'Recruitment', dpv('PersonnelHiring'), 'Finds, filters or judges applicants for work.', annexIII('4(a)')),
  purpose('promotion', 'Promotion and performance', dpv('PersonnelManagement'), 'Decides on the terms of work, promotion or its end, shares out tasks, or judges performance.', annexIII('4(b)')),
  purpose('personnel-payment', 'Pay', dpv('PersonnelPayment'), 'Sets or administers pay.', annexIII('4(b)')),
  purpose('public-benefits', 'Public benefits', null, 'Decides who is eligible for essential public assistance and services.', annexIII('5(a)')),
  purpose('insurance-pricing', 'Life and health insurance', null, 'Assesses risk and sets prices for life and health insurance.', annexIII('5(c)')),
  purpose('emergency-triage', 'Emergency triage', null, 'Ranks emergency calls or patients by urgency.', annexIII('5(d)')),
  purpose('education-admission', 'Admission to education', null, 'Decides on access or admission to education.', annexIII('3(a)')),
  purpose('care-planning', 'Care planning', dpv('ImproveHealthcare'), 'Helps to plan a patient’s care. Not in Annex III; high-risk all the same where it is (part of) a medical device (EU AI Act, Article 6(1)).'),
  purpose('fraud-prevention', 'Fraud prevention', dpv('FraudPreventionAndDetection'), 'Finds and prevents fraud. Annex III 5(b) leaves it out by name.'),
  purpose('anti-money-laundering', 'Anti-money-laundering', dpv('CounterMoneyLaundering'), 'Finds and prevents money laundering.'),
  purpose('marketing', 'Marketing', dpv('Marketing'), 'Promotes and sells goods and services.'),
  purpose('personalisation', 'Personalisation', dpv('Personalisation'), 'Fits a service to a person.'),
  purpose('customer-care', 'Customer care', dpv('CustomerCare'), 'Helps customers with what they use.'),
  purpose('risk-management', 'Risk management', dpv('OrganisationRiskManagement'), 'Manages an organisation’s own risk, in aggregates.'),
  purpose('service-optimisation', 'Service optimisation', dpv('ServiceOptimisation'), 'Makes a service faster, cheaper or more reliable.'),
  purpose('research', 'Research and development', dpv('ResearchAndDevelopment'), 'Finds out; decides about nobody.'),
]; // prettier-ignore
