/** What tests use of ldapjs, which has no types of its own. */
declare module 'ldapjs' {
  interface Request {
    readonly dn: { toString(): string };
    readonly credentials: string;
    readonly filter: { toString(): string; matches(entry: object): boolean };
  }
  interface Response {
    send(entry: { readonly dn: string; readonly attributes: object }): void;
    end(): void;
  }
  type Handler = (request: Request, response: Response, next: (error?: Error) => void) => void;
  export interface Server {
    bind(base: string, handler: Handler): void;
    search(base: string, handler: Handler): void;
    listen(port: number, host: string, listening: () => void): void;
    address(): unknown;
    close(closed: () => void): void;
  }
  export function createServer(): Server;
  export class InvalidCredentialsError extends Error {}
}
