/** Tickets as a step-up leaves them, without the step-up: who asks for one MUST have the session that it names. */
import type { OpenServices } from '../../canonical/open-services';
import type { RequestContext } from '../../platform/request';

type TicketServices = Pick<OpenServices, 'database' | 'controls'>;

/** A ticket for what a person stepped up for. */
export async function ticketFor(
  { database, controls }: TicketServices,
  person: string,
  purpose: string,
): Promise<string> {
  const { ticket } = await database.write((manager) =>
    controls.identity.issueTicket(manager, {
      ...{ person, account: person, session: `s-${person}`, methods: ['pwd', 'otp'], purpose },
    }),
  );
  return ticket;
}

/** A ticket for the signature that the caller may give to a proposal; good for nothing where they may give none. */
export async function signingTicket(
  services: TicketServices,
  request: RequestContext,
  proposalId: string,
): Promise<string> {
  const { signOff } = services.controls;
  const proposal = await signOff.find(proposalId);
  const view = proposal === null ? null : await signOff.view(request, proposal);
  return await ticketFor(services, request.caller.person ?? '', view?.signingHash ?? 'nothing');
}
