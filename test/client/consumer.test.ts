import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..');
const CONSUMER = join(ROOT, 'test', 'consumer');
const WRONG = join(CONSUMER, 'wrong.ts');
const RIGHT = join(CONSUMER, 'right.ts');
const EXAMPLE = join(ROOT, 'examples', 'embed.ts');
const PUBLISHED = join(ROOT, 'dist', 'client', 'index.d.ts');
const MARK = /^ *\/\/ @ts-expect-error .*\n/gm;

/** The settings of a program of somebody else's. */
const CONFIG = ts.getParsedCommandLineOfConfigFile(join(CONSUMER, 'tsconfig.json'), undefined, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: ({ messageText }) => failed(messageText),
});

function failed(message: string | ts.DiagnosticMessageChain): never {
  throw new Error(ts.flattenDiagnosticMessageText(message, '\n'));
}

/** A program of one file, whose text may be another than the file's. */
function programOf(file: string, text = readFileSync(file, 'utf8'), settings: ts.CompilerOptions = {}): ts.Program {
  const { options: theirs } = CONFIG ?? failed('there is no test/consumer/tsconfig.json');
  const options = { ...theirs, ...settings };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, ...rest) =>
    name === file ? ts.createSourceFile(name, text, version, true) : read(name, version, ...rest);
  return ts.createProgram([file], options, host);
}

/** What is wrong, but for what other packages' declarations say of each other. */
function problemsOf(program: ts.Program): readonly string[] {
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file?.fileName.includes('/node_modules/') !== true)
    .map(({ file, start = 0, messageText }) => {
      const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
      return `${file?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
}

/** The lines that the compiler refuses, from 1. */
function refusedLines(text: string): readonly number[] {
  const program = programOf(WRONG, text);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(WRONG))
    .map(({ file, start = 0 }) => (file?.getLineAndCharacterOfPosition(start).line ?? -1) + 1);
}

/** The values that the package exports, and the methods of the facade and of its batches. */
function namesOf(program: ts.Program): { readonly exported: readonly string[]; readonly methods: readonly string[] } {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(PUBLISHED) ?? failed('the declarations are not those of the build');
  const module = checker.getSymbolAtLocation(source) ?? failed('the package exports nothing');
  const all = checker.getExportsOfModule(module).map((symbol) => ({
    name: symbol.name,
    isType: symbol.declarations?.some(ts.isTypeOnlyImportOrExportDeclaration) === true,
    symbol: (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol),
  }));
  const methods = ['Gangway', 'Batches'].flatMap((name) => {
    const found = all.find((one) => one.name === name) ?? failed(`${name} is not exported`);
    return checker
      .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(found.symbol))
      .filter(({ flags }) => (flags & ts.SymbolFlags.Method) !== 0)
      .filter(({ valueDeclaration: at }) => at === undefined || (ts.getCombinedModifierFlags(at) & PRIVATE) === 0)
      .map((method) => method.name);
  });
  const exported = all
    .filter(({ symbol, isType }) => !isType && (symbol.flags & ts.SymbolFlags.Value) !== 0)
    .map(({ name }) => name);
  return { exported, methods };
}

const PRIVATE = ts.ModifierFlags.Private;

test('a program that uses all that is exported compiles against the build', () => {
  const text = readFileSync(RIGHT, 'utf8');
  // Declarations are looked at too: none of ours may be broken.
  const program = programOf(RIGHT, text, { skipLibCheck: false });
  expect(problemsOf(program)).toEqual([]);
  const { exported, methods } = namesOf(program);
  expect(methods).toEqual(expect.arrayContaining(['fund', 'retryAll', 'feed']));
  expect(exported).toEqual(expect.arrayContaining(['connectGangway', 'GangwayError']));
  expect(methods.filter((name) => !text.includes(`.${name}(`))).toEqual([]);
  // Once where it is imported, once where it is used.
  expect(exported.filter((name) => text.split(new RegExp(`\\b${name}\\b`)).length < 3)).toEqual([]);
});

test('the example compiles against the build', () => {
  expect(problemsOf(programOf(EXAMPLE))).toEqual([]);
});

describe('what is wrong', () => {
  const marked = readFileSync(WRONG, 'utf8');
  const marks = marked.match(MARK)?.length ?? 0;

  test('is refused on every line that is marked, and on no other', () => {
    expect(marks).toBeGreaterThan(40);
    expect(problemsOf(programOf(WRONG))).toEqual([]);
  });

  test('is as many errors as there are marks, if the marks are taken away', () => {
    // An empty line in place of each mark, so that every error must stand in the line behind one.
    const unmarked = marked.replace(MARK, '\n');
    const behindMarks = marked
      .split('\n')
      .flatMap((line, index) => (/^ *\/\/ @ts-expect-error /.test(line) ? [index + 2] : []));
    expect(refusedLines(unmarked)).toEqual(behindMarks);
    expect(behindMarks).toHaveLength(marks);
  });

  test('would be noticed: a marked line that is right is an error', () => {
    const mended = marked.replace("kind: 'deposti'", "kind: 'deposit'");
    expect(mended).not.toBe(marked);
    expect(problemsOf(programOf(WRONG, mended))).toEqual([expect.stringContaining("Unused '@ts-expect-error'")]);
  });
});
