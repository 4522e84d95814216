/**
 * A thread that walks pages of the log through a connection of its own, which can only read. It answers each question
 * with the page, or null; it ends when it is told so.
 */
import { isMainThread, parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { openReadOnly } from '../../../platform/database/read-only';
import type { DigestAlgorithm } from '../../integrity/digest';
import { EntryMac } from '../entry-mac';
import type { CheckpointMarks } from './instant-check';
import { type PageQuestion, walkPage } from './scan-page';

export interface ThreadData {
  readonly role: typeof ROLE;
  readonly url: string;
  readonly algorithm: DigestAlgorithm;
  readonly checkpoints: CheckpointMarks;
  readonly macKey: Uint8Array | null;
  readonly pageSize: number;
}

export const ROLE = 'audit scan';

async function serve(port: MessagePort, data: ThreadData): Promise<void> {
  const { url, algorithm, checkpoints, macKey, pageSize } = data;
  const mac = macKey === null ? undefined : new EntryMac(macKey);
  const opened = openReadOnly(url);
  // whoever asks hears of it
  opened.catch(() => undefined);
  port.on('message', (question: PageQuestion | 'end') => {
    void (async () => {
      if (question === 'end') {
        port.close();
        await opened.then((database) => database.close()).catch(() => undefined);
        return;
      }
      const walked = await opened
        .then((database) => walkPage(database, { algorithm, checkpoints, mac }, pageSize, question))
        .catch(() => null);
      port.postMessage({ page: question.page, walked });
    })();
  });
  await opened.catch(() => undefined);
}

const given = workerData as ThreadData | null;
if (!isMainThread && given?.role === ROLE && parentPort !== null) void serve(parentPort, given);
