import { generateKeyPairSync } from 'node:crypto';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { PROVIDERS } from '../../../providers/registry';
import { newCommand, run } from '../command';
import { EXIT } from '../exit-code';
import { writeNew } from '../new-file';

interface KeygenFlags {
  readonly json?: boolean;
  readonly out: string;
}

/** `gangway keygen` */
export function keygenCommand(): Command {
  const description =
    'Make an Ed25519 key: the private one in a file that nobody else can read, the public one printed.';
  return newCommand('keygen', description, ['gangway keygen', 'gangway keygen --out keys/coinmena.pem'])
    .option('--out <file>', 'where the private key goes, PKCS#8 PEM; never overwritten', 'gangway-private-key.pem')
    .action(async (flags: KeygenFlags) => {
      await run(flags, async (output) => {
        const file = resolve(flags.out);
        const { privateKey, publicKey } = generateKeyPairSync('ed25519');
        await writeNew(file, privateKey.export({ format: 'pem', type: 'pkcs8' }));
        const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
        const spki = publicKey.export({ format: 'pem', type: 'spki' }).toString().trim();
        output.document({ file, publicKey: raw, publicKeySpki: spki });
        output.say(`The private key is in ${file}, which only you can read. It is shown nowhere else.`);
        output.say('\nHand the public key to the provider, in the form it asks for.');
        output.say(`\nRaw, Base64:\n  ${output.colors.bold(raw)}\n\nSPKI, PEM:\n${spki}`);
        for (const use of usesOf(file)) output.say(`\n${use}`);
        return EXIT.done;
      });
    });
}

/** Whose calls a private key of the caller's own signs, and how it is told. */
function usesOf(file: string): readonly string[] {
  return [...PROVIDERS.values()].flatMap(({ name, moneyCredentials }) =>
    moneyCredentials
      .filter(({ kind }) => kind === 'private-key')
      .map(({ variable }) => `For ${name}, set ${variable}_FILE=${file}, then run: npx gangway doctor`),
  );
}
