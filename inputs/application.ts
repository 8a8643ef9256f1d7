import { z } from 'zod';
import {
  calendarDate,
  durationMs,
  email,
  fileUri,
  id,
  mime,
  personName,
  phone,
  repeats,
  sha256,
  text,
  word,
} from './fields';
import { jsonObject } from './json';

/** The most documents an application may carry. */
const MAX_DOCUMENTS = 20;

const documentFile = z.strictObject({
  uri: fileUri,
  sha256: sha256.exactOptional(),
  mime: mime.exactOptional(),
  bytes: z.int().min(1).exactOptional(),
});

const applicationDocument = z.strictObject({
  type: word(),
  front: documentFile,
  back: documentFile.exactOptional(),
});

/** Documents of an application: at most one of a type. */
export const documents = z
  .array(applicationDocument)
  .max(MAX_DOCUMENTS)
  .readonly()
  .check((context) => {
    for (const index of repeats(context.value, ({ type }) => type)) {
      context.issues.push({
        code: 'custom',
        message: 'must differ from the types of the documents before it',
        path: [index, 'type'],
        input: context.value,
      });
    }
  });

const identityPaper = { number: text(100), expiresOn: calendarDate };

const address = { street: text(), city: text(), postalCode: text(32), unit: text(64).exactOptional() };

const employment = {
  status: word(),
  company: text().exactOptional(),
  industry: word().exactOptional(),
  level: word().exactOptional(),
  title: text().exactOptional(),
};

const plainApplicant = {
  name: personName,
  email,
  phone,
  residency: word(16),
  citizenship: word(16),
  placeOfBirth: word(16),
  birthDate: calendarDate,
  tradingVolume: word(),
  accountPurposes: z.array(word()).min(1).max(20).readonly(),
};

/** Fields that some providers do not need are optional here; each provider says what it demands (providers/port.ts). */
const applicant = z.strictObject({
  ...plainApplicant,
  citizenship: plainApplicant.citizenship.exactOptional(),
  placeOfBirth: plainApplicant.placeOfBirth.exactOptional(),
  birthDate: plainApplicant.birthDate.exactOptional(),
  tradingVolume: plainApplicant.tradingVolume.exactOptional(),
  accountPurposes: plainApplicant.accountPurposes.exactOptional(),
  governmentId: z.strictObject(identityPaper).exactOptional(),
  residencyVisa: z.strictObject(identityPaper).exactOptional(),
  address: z.strictObject(address),
  employment: z.strictObject(employment).exactOptional(),
});

const identityPaperPatch = z
  .strictObject({
    number: identityPaper.number.exactOptional(),
    expiresOn: identityPaper.expiresOn.exactOptional(),
  })
  .exactOptional();

/** Any part of an applicant. */
export const applicantPatch = z.strictObject({
  name: plainApplicant.name.exactOptional(),
  email: plainApplicant.email.exactOptional(),
  phone: plainApplicant.phone.exactOptional(),
  residency: plainApplicant.residency.exactOptional(),
  citizenship: plainApplicant.citizenship.exactOptional(),
  placeOfBirth: plainApplicant.placeOfBirth.exactOptional(),
  birthDate: plainApplicant.birthDate.exactOptional(),
  tradingVolume: plainApplicant.tradingVolume.exactOptional(),
  accountPurposes: plainApplicant.accountPurposes.exactOptional(),
  governmentId: identityPaperPatch,
  residencyVisa: identityPaperPatch,
  address: z
    .strictObject({
      street: address.street.exactOptional(),
      city: address.city.exactOptional(),
      postalCode: address.postalCode.exactOptional(),
      unit: address.unit,
    })
    .exactOptional(),
  employment: z.strictObject({ ...employment, status: employment.status.exactOptional() }).exactOptional(),
});

const onboardingPolicy = z.strictObject({
  reactivate: z.boolean().exactOptional(),

  verificationDeadlineMs: durationMs.exactOptional(),
});

/** The argument of `onboardClient` (contract/onboarding.ts, Application). */
export const applicationSchema = z.strictObject({
  provider: id,
  partnerClientId: id,
  applicant,
  documents,
  details: jsonObject.exactOptional(),
  policy: onboardingPolicy.exactOptional(),
});
