/** Settings of the audit trail: keys, sinks of checkpoints, and how often it is checked. */
import path from 'node:path';
import { protocolOf, type ConfigReader } from './config-reader';
import type { Secret } from './secret';

export interface AuditSettings {
  /** Algorithm of new signatures; stored ones name theirs. */
  readonly signature: 'ed25519' | 'sm2';
  /** Private key (PEM) that signs checkpoints; null keeps one under `<data>/keys`. */
  readonly auditKey: Secret | null;
  /** Private key (PEM) that signs sign-offs; null keeps one under `<data>/keys`. */
  readonly signOffKey: Secret | null;
  /** Absolute paths of files of public keys (PEM) that count beside our own: those of other hosts, and of before. */
  readonly trustedKeys: readonly string[];
  /** Wraps the keys of persons; null keeps one under `<data>/keys`. */
  readonly subjectKey: Secret | null;
  /** Where each checkpoint goes: absolute paths of files and URLs. */
  readonly sinks: readonly AuditSink[];
  /** Secret that webhooks are signed with; null sends them unsigned. */
  readonly sinkSecret: Secret | null;
  /** A checkpoint is signed after this many entries or this long, whichever comes first. */
  readonly checkpointEntries: number;
  readonly checkpointMs: number;
  /** Pause between two checks of records against the trail. */
  readonly integrityIntervalMs: number;
}

export type AuditSink =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'webhook'; readonly url: string };

const FIVE_MINUTES_MS = 5 * 60_000;

/** Reads the settings; production must name at least one sink. */
export function readAuditSettings(read: ConfigReader, dataDir: string, production: boolean): AuditSettings {
  const named = read.text('LOTGRAPH_AUDIT_SINK');
  if (production && named === undefined) {
    read.problem(
      'LOTGRAPH_AUDIT_SINK',
      'must name at least one place beyond the database administrator: file:/path or https://…',
    );
  }
  return {
    signature: read.oneOf('LOTGRAPH_SIGNATURE', ['ed25519', 'sm2'], 'ed25519'),
    auditKey: read.secret('LOTGRAPH_AUDIT_KEY'),
    signOffKey: read.secret('LOTGRAPH_SIGN_OFF_KEY'),
    trustedKeys: pathsOf(read, 'LOTGRAPH_TRUSTED_KEYS'),
    subjectKey: read.secret('LOTGRAPH_SUBJECT_KEY'),
    sinks:
      named === undefined
        ? [{ kind: 'file', path: path.join(dataDir, 'audit-checkpoints.jsonl') }]
        : sinksOf(read, named),
    sinkSecret: read.secret('LOTGRAPH_AUDIT_SINK_SECRET'),
    checkpointEntries: read.integer('LOTGRAPH_AUDIT_CHECKPOINT_ENTRIES', { min: 1, max: 1_000_000 }, 5000),
    checkpointMs: read.integer('LOTGRAPH_AUDIT_CHECKPOINT_MS', { min: 100, max: FIVE_MINUTES_MS }, 2000),
    integrityIntervalMs: read.integer(
      'LOTGRAPH_INTEGRITY_INTERVAL_MS',
      { min: 500, max: FIVE_MINUTES_MS },
      120_000,
    ),
  };
}

function pathsOf(read: ConfigReader, variable: 'LOTGRAPH_TRUSTED_KEYS'): string[] {
  const paths = (read.text(variable) ?? '').split(',').map((part) => part.trim());
  const named = paths.filter((one) => one !== '');
  for (const one of named)
    if (!path.isAbsolute(one)) read.problem(variable, `must be a list of absolute paths; "${one}" is none`);
  return named;
}

function sinksOf(read: ConfigReader, text: string): AuditSink[] {
  const sinks: AuditSink[] = [];
  for (const one of text.split(',').map((part) => part.trim())) {
    if (one.startsWith('file:/')) sinks.push({ kind: 'file', path: one.slice('file:'.length) });
    else if (/^https?:$/.test(protocolOf(one))) sinks.push({ kind: 'webhook', url: one });
    else
      read.problem('LOTGRAPH_AUDIT_SINK', `must be a list of file:/path and https://…; "${one}" is neither`);
  }
  return sinks;
}
