/** What every mutation's payload shows beside its object: the sign-off that it waits for, and why it was refused. */
import { Directive, ID, Int, ObjectType } from 'type-graphql';
import { Instant } from '../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../platform/graphql/term-field';

/** A signature as it must be shown wherever its record is: printed name, time and meaning (21 CFR 11.50). */
@Directive('@shareable')
@AccessRule('signature')
@ObjectType('Signature')
export class SignatureType {
  @TermField(() => Int, 'signature.slot', { nullable: false }) slot!: number;
  @TermField(() => String, 'signature.name') name!: string;
  @TermField(() => Instant, 'signature.at') at!: Date;
  @TermField(() => String, 'signature.meaning') meaning!: string;
  @TermField(() => String, 'signature.meaningCode') meaningCode!: string;
  @TermField(() => String, 'signature.role') role!: string;
  @TermField(() => String, 'signature.onBehalfOf') onBehalfOf!: string | null;
  @TermField(() => String, 'signature.comment') comment!: string | null;
  @TermField(() => String, 'signature.printed') printed!: string;
  @TermField(() => Boolean, 'signature.genuine') genuine!: boolean;
}

@Directive('@shareable')
@AccessRule('signOff')
@ObjectType('SignOff')
export class SignOffType {
  @TermField(() => ID, 'signOff.id', { nullable: false }) id!: string;
  @TermField(() => String, 'signOff.status') status!: string;
  @TermField(() => String, 'signOff.action') action!: string;
  @TermField(() => Instant, 'signOff.expiresAt') expiresAt!: Date;
  @TermField(() => [SignatureType], 'signOff.signatures') signatures!: readonly SignatureType[];
  @TermField(() => String, 'signOff.signingHash') signingHash!: string | null;
}

@Directive('@shareable')
@AccessRule('refusal')
@ObjectType('Refusal')
export class RefusalType {
  @TermField(() => String, 'refusal.code', { nullable: false }) code!: string;
  @TermField(() => String, 'refusal.message', { nullable: false }) message!: string;
}

/** What a subgraph with marked mutations lists among its types. */
export const SIGN_OFF_TYPES = [SignOffType, SignatureType, RefusalType] as const;
