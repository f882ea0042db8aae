export interface PurposeDefinition {
  code: string;
  /** Code of the wider purpose that it is a case of: what holds for that one holds for this one. */
  parent: string | null;
  label: string;
  /** W3C Data Privacy Vocabulary 2, or its extension for a sector, where it has the term. */
  iri: string | null;
  description: string;
  highRisk: boolean;
  highRiskSource: string | null;
}

const dpv = (term: string): string => `https://w3id.org/dpv#${term}`;
const sector = (name: string, term: string): string => `https://w3id.org/dpv/sector/${name}#${term}`;
const annexIII = (point: string): string => `EU AI Act, Annex III ${point}`;

const purpose = (
  code: string,
  parent: string | null,
  label: string,
  iri: string | null,
  description: string,
  highRiskSource: string | null = null,
): PurposeDefinition => ({ code, parent, label, iri, description, highRisk: highRiskSource !== null, highRiskSource });

/**
 * What a model may be used for, parents first. High risk is what Annex III of Regulation (EU) 2024/1689 lists. Each IRI was looked up
 * in DPV 2.3 and its extensions for sectors; a null one says that they have no such term, not that nobody looked.
 */
export const purposes: readonly PurposeDefinition[] = [
  purpose('goods-and-services', null, 'Access to goods and services', null, 'Decides who gets what is offered to the public, and on which terms.'),
  purpose('human-resources', null, 'Human resources', dpv('HumanResourceManagement'), 'Manages the people who work for an organisation, or want to.'),
  purpose('credit-scoring', 'goods-and-services', 'Credit scoring', sector('finance', 'CreditChecking'), 'Judges whether a person will pay back.', annexIII('5(b)')),
  purpose('insurance-pricing', 'goods-and-services', 'Life and health insurance', sector('finance', 'InsurancePricingManagement'), 'Assesses risk and sets prices for life and health insurance.', annexIII('5(c)')),
  purpose('recruitment', 'human-resources', 'Recruitment', dpv('PersonnelHiring'), 'Finds, filters or judges applicants for work.', annexIII('4(a)')),
  purpose('promotion', 'human-resources', 'Promotion and performance', dpv('PersonnelManagement'), 'Decides on the terms of work, promotion or its end, shares out tasks, or judges performance.', annexIII('4(b)')),
  purpose('personnel-payment', 'human-resources', 'Pay', dpv('PersonnelPayment'), 'Sets or administers pay.', annexIII('4(b)')),
  purpose('public-benefits', null, 'Public benefits', sector('publicservices', 'PublicServiceEligibilityAssessment'), 'Decides who is eligible for essential public assistance and services.', annexIII('5(a)')),
  purpose('emergency-triage', null, 'Emergency triage', sector('health', 'EmergencyCareTriage'), 'Ranks emergency calls or patients by urgency.', annexIII('5(d)')),
  purpose('education-admission', null, 'Admission to education', sector('education', 'StudentAdmissionManagement'), 'Decides on access or admission to education.', annexIII('3(a)')),
  purpose('care-planning', null, 'Care planning', dpv('ImproveHealthcare'), 'Helps to plan a patient’s care. Not in Annex III; high-risk all the same where it is (part of) a medical device (EU AI Act, Article 6(1)).'),
  purpose('fraud-prevention', null, 'Fraud prevention', dpv('FraudPreventionAndDetection'), 'Finds and prevents fraud. Annex III 5(b) leaves it out by name.'),
  purpose('anti-money-laundering', 'fraud-prevention', 'Anti-money-laundering', dpv('CounterMoneyLaundering'), 'Finds and prevents money laundering.'),
  purpose('marketing', null, 'Marketing', dpv('Marketing'), 'Promotes and sells goods and services.'),
  purpose('personalisation', null, 'Personalisation', dpv('Personalisation'), 'Fits a service to a person.'),
  purpose('customer-care', null, 'Customer care', dpv('CustomerCare'), 'Helps customers with what they use.'),
  purpose('risk-management', null, 'Risk management', dpv('OrganisationRiskManagement'), 'Manages an organisation’s own risk, in aggregates.'),
  purpose('service-optimisation', null, 'Service optimisation', dpv('ServiceOptimisation'), 'Makes a service faster, cheaper or more reliable.'),
  purpose('research', null, 'Research and development', dpv('ResearchAndDevelopment'), 'Finds out; decides about nobody.'),
]; // prettier-ignore
