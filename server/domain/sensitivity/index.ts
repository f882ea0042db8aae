export { assetsThatHold, versionsThatLearnedFrom } from './learned.sql.ts';
export { PurposeType, SensitivityTagType } from './sensitivity.type.ts';
export { categoriesOf, purposeByCode } from './sensitivity.loader.ts';
export { learnedFrom, type AssignmentView } from './sensitivity.read-model.ts';
export { closeImportedTags, createSensitivity, importTags, type TagSighting } from './sensitivity.service.ts';
export { ensureTags, seedTaxonomy } from './seed.ts';
export { tagOfText } from './taxonomy.ts';
