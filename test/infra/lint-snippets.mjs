import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

/**
 * Lints snippets as if they were files of the project. Reads [{ file, code }] from standard input; writes, for each,
 * the rules that it breaks, and the severity of every rule for a workflow's file. A program of its own because ESLint's
 * configuration is an ES module, which jest's module system does not load.
 */
const withoutTypes = new ESLint({
  // The files do not exist, so there are no types for them.
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    {
      languageOptions: { parserOptions: { projectService: false } },
      rules: { '@typescript-eslint/no-unused-vars': 'off' },
    },
  ],
});

const broken = [];
for (const { file, code } of JSON.parse(await text(process.stdin))) {
  const [result] = await withoutTypes.lintText(code, { filePath: file });
  broken.push(result.messages.map(({ ruleId, message }) => ruleId ?? message));
}
const { rules } = await new ESLint().calculateConfigForFile('workflows/index.ts');
const severities = Object.fromEntries(Object.entries(rules).map(([name, [severity]]) => [name, severity]));
process.stdout.write(JSON.stringify({ broken, severities }));
