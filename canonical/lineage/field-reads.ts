/** What a mapping reads for one value: columns or paths, and the steps that they go through. */
import type { Condition, FieldSpec, SignRule, StepSpec } from '../../connectors/mapping/document';

export interface FieldReads {
  /** References as the mapping writes them; those of conditions come last. */
  readonly columns: readonly ColumnUse[];
  /** Names of the transforms, in their order. */
  readonly transforms: readonly string[];
  /** True where a constant can be the value. */
  readonly constant: boolean;
}

export interface ColumnUse {
  readonly reference: string;
  /** `DIRECT`: the value is taken from it. `INDIRECT`: it decides which value is taken, or how it counts. */
  readonly kind: 'DIRECT' | 'INDIRECT';
}

export function readsOf(spec: FieldSpec): FieldReads {
  const reads = new Reads();
  reads.value(spec);
  return reads.result();
}

/** What the quantity of a movement is read from. */
export function readsOfSign(rule: SignRule): FieldReads {
  const reads = new Reads();
  reads.value(rule.quantity);
  if ('code' in rule) reads.deciding(rule.code);
  return reads.result();
}

class Reads {
  readonly #direct = new Set<string>();
  readonly #indirect = new Set<string>();
  readonly #transforms: string[] = [];
  #constant = false;

  value(spec: FieldSpec, into = this.#direct): void {
    if (typeof spec === 'string') {
      into.add(spec);
      return;
    }
    if (spec.value !== undefined) this.#constant = true;
    if (typeof spec.from === 'string') into.add(spec.from);
    else for (const part of spec.from ?? []) this.value(part, into);
    for (const { when, ...one } of spec.cases ?? []) {
      this.#condition(when);
      this.value(one, into);
    }
    if (spec.else !== undefined) this.value(spec.else, into);
    for (const step of spec.apply ?? []) this.#transforms.push(nameOf(step));
  }

  deciding(spec: FieldSpec): void {
    this.value(spec, this.#indirect);
  }

  result(): FieldReads {
    const indirect = [...this.#indirect].filter((one) => !this.#direct.has(one));
    return {
      columns: [
        ...[...this.#direct].map((reference) => ({ reference, kind: 'DIRECT' as const })),
        ...indirect.map((reference) => ({ reference, kind: 'INDIRECT' as const })),
      ],
      transforms: this.#transforms,
      constant: this.#constant,
    };
  }

  #condition(condition: Condition): void {
    if ('all' in condition) condition.all.forEach((one) => this.#condition(one));
    else if ('any' in condition) condition.any.forEach((one) => this.#condition(one));
    else if ('not' in condition) this.#condition(condition.not);
    else this.#indirect.add(condition.column);
  }
}

const nameOf = (step: StepSpec): string => (typeof step === 'string' ? step : (Object.keys(step)[0] ?? ''));
