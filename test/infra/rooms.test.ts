import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import ts from 'typescript';
import { z } from 'zod';

const ROOT = join(__dirname, '..', '..');

/** The rooms from the ground up: each imports none that stands in a line after its own, and none beside it. */
const FLOORS: readonly (readonly string[])[] = [
  ['contract', 'system'],
  ['inputs', 'reconciliation'],
  ['book', 'providers', 'temporal'],
  ['activities', 'keys', 'sandbox'],
  ['workflows', 'client'],
  ['worker'],
  ['bench', 'chaos', 'scripts'],
  ['test'],
];
function floorOf(room: string): number {
  return FLOORS.findIndex((floor) => floor.includes(room));
}

/** What a file imports of other rooms, by its path from the root. */
function importsOf(file: string): readonly string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(ROOT, file), 'utf8'));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => normalize(join(file, '..', fileName)));
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? '';
}

test('every room has a floor', () => {
  const config: unknown = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  const { include } = z.object({ include: z.array(z.string()) }).parse(config);
  // The examples import the package, as others do.
  expect(FLOORS.flat().toSorted()).toEqual(include.filter((room) => room !== 'examples').toSorted());
});

test.each(FLOORS.flat())('nothing in %s imports upwards', (room) => {
  const upwards = readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${room}/${name}`)
    .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
    .filter(({ target }) => roomOf(target) !== room && floorOf(roomOf(target)) >= floorOf(room))
    .map(({ file, target }) => `${file} imports ${target}`);
  expect(upwards).toEqual([]);
});
