/** Asks the person at the terminal; a password is never shown, nor taken from the command line. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { InvalidInputError } from '../../platform/errors';

/** A line, shown while it is typed. */
export async function askLine(question: string): Promise<string> {
  return await ask(question, process.stderr);
}

/** A line that is not shown. Thrown where there is no terminal to ask at: INVALID_INPUT. */
export async function askHidden(question: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new InvalidInputError('There is no terminal to ask at: use --password-file (and --code).');
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const answer = await ask('', silent, true);
  process.stderr.write('\n');
  return answer;
}

/** The first line of a file that holds a password. */
export function passwordFrom(file: string): string {
  try {
    return (readFileSync(file, 'utf8').split('\n')[0] ?? '').trimEnd();
  } catch (error) {
    throw new InvalidInputError(`the password file ${file} cannot be read`, { cause: String(error) });
  }
}

async function ask(question: string, output: NodeJS.WritableStream, terminal = false): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('close', () => reject(new InvalidInputError('Nothing was entered.')));
      lines.question(question, (answer) => resolve(answer.trim()));
    });
  } finally {
    lines.removeAllListeners('close');
    lines.close();
  }
}
