import { posix } from 'node:path';
import ts from 'typescript';

/** Source files by their paths from the root. */
export type Sources = ReadonlyMap<string, string>;

/** A constant that says what no document does, as it stands in its file. */
export interface FoundAssumption {
  readonly file: string;
  readonly name: string;
  readonly builtInto: ts.Expression | undefined;
}

/** The rooms that run in production. A use in tests, documents or the sandbox does not count. */
export const PRODUCTION = [
  'activities',
  'client',
  'contract',
  'inputs',
  'providers',
  'temporal',
  'worker',
  'workflows',
] as const;

/** Every constant of `providers/` that is made by `assumed`, found in its syntax. */
export function assumptionsIn(sources: Sources): readonly FoundAssumption[] {
  return parsed(sources).flatMap(([file, tree]) =>
    file.startsWith('providers/')
      ? declarationsOf(tree).flatMap(({ name, initializer }) => {
          if (!ts.isIdentifier(name) || initializer === undefined || !isAssumed(initializer)) return [];
          return [{ file, name: name.text, builtInto: propertyOf(initializer.arguments[0], 'builtInto') }];
        })
      : [],
  );
}

/** What is wrong with each constant that no other file of the production reads or that names a place which is not there. */
export function problemsOf(sources: Sources): readonly string[] {
  const read = readIn(sources);
  return assumptionsIn(sources).flatMap(({ file, name, builtInto }) => {
    const label = `${file} ${name}`;
    if (builtInto === undefined) return read.has(label) ? [] : [`${label} is not read, and is built into no place`];
    return placeProblems(sources, file, builtInto).map((problem) => `${label} ${problem}`);
  });
}

function placeProblems(sources: Sources, ownFile: string, builtInto: ts.Expression): readonly string[] {
  if (!ts.isArrayLiteralExpression(builtInto) || builtInto.elements.length === 0) return ['lists no places'];
  return builtInto.elements.flatMap((place) => {
    const [file, name] = [textOf(propertyOf(place, 'file')), textOf(propertyOf(place, 'name'))];
    if (file === undefined || name === undefined) return ['names a place in other words than two texts'];
    const source = sources.get(file);
    if (source === undefined || !isProduction(file) || file === ownFile) {
      return [`is built into ${file}, which is no other file of the production`];
    }
    return exportsOf(parse(file, source)).has(name) ? [] : [`is built into ${file}, which exports no ${name}`];
  });
}

/** The constants whose value another file of the production reads, each by its file and name. */
function readIn(sources: Sources): ReadonlySet<string> {
  const read = new Set<string>();
  for (const [file, tree] of parsed(sources)) {
    if (!isProduction(file)) continue;
    const imported = importsOf(file, tree);
    visit(tree, (node) => {
      if (!ts.isPropertyAccessExpression(node) || node.name.text !== 'value') return;
      const label = ts.isIdentifier(node.expression) ? imported.get(node.expression.text) : undefined;
      if (label !== undefined) read.add(label);
    });
  }
  return read;
}

/** What a file imports by name, by the name that it has there: the imported file and the name in it. */
function importsOf(file: string, tree: ts.SourceFile): ReadonlyMap<string, string> {
  const imports = tree.statements.filter(ts.isImportDeclaration);
  return new Map(
    imports.flatMap(({ moduleSpecifier, importClause }) => {
      const specifier = textOf(moduleSpecifier);
      const bindings = importClause?.namedBindings;
      if (specifier?.startsWith('.') !== true || bindings === undefined || !ts.isNamedImports(bindings)) return [];
      const target = `${posix.join(posix.dirname(file), specifier)}.ts`;
      return bindings.elements.map(
        ({ name, propertyName }) => [name.text, `${target} ${(propertyName ?? name).text}`] as const,
      );
    }),
  );
}

/** What a file itself declares and exports. */
function exportsOf(tree: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of tree.statements) {
    if (!isExported(statement)) continue;
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) if (ts.isIdentifier(name)) names.add(name.text);
    } else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name) {
      names.add(statement.name.text);
    }
  }
  return names;
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  );
}

function declarationsOf(tree: ts.SourceFile): readonly ts.VariableDeclaration[] {
  return tree.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => declarationList.declarations);
}

function isAssumed(node: ts.Expression): node is ts.CallExpression {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'assumed';
}

function propertyOf(node: ts.Node | undefined, name: string): ts.Expression | undefined {
  if (node === undefined || !ts.isObjectLiteralExpression(node)) return undefined;
  return node.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name)
    ?.initializer;
}

function textOf(node: ts.Expression | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteral(node) ? node.text : undefined;
}

function isProduction(file: string): boolean {
  return PRODUCTION.some((room) => file.startsWith(`${room}/`));
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => visit(child, see));
}

function parsed(sources: Sources): readonly (readonly [string, ts.SourceFile])[] {
  return [...sources].map(([file, text]) => [file, parse(file, text)] as const);
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}
