import { publicIdWarning } from '../../inputs';

test.each([
  '97300000101',
  '123-45-6789',
  '784-1990-1234567-1',
  '900000001',
  'AB123456C',
  'amina.at.example.test',
  'amina_gmail.com',
  'BH67BMAG00001299123456',
])('%s is warned of, and not repeated', (id) => {
  expect(publicIdWarning(id)).toMatch(/^The id looks like /);
  expect(publicIdWarning(id)).not.toContain(id);
});

test.each([
  'client-1',
  'demo-client-2',
  '42',
  'pay-2026-11-26-001',
  '3f2b8c1e9a7d4f60',
  '01JDK3V6Q5',
  'cl-97300000101',
  'cat.at.home',
])('%s is a good id', (id) => {
  expect(publicIdWarning(id)).toBeUndefined();
});
