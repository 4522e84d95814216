/** What a person reads once everything answers: where it is, what to ask, how to get a token. */
import type { Config } from '../../platform/config';

const SAMPLE = `{ lot(item: "KIT-1001", lotNumber: "LT240117-01") { lotNumber expiresOn item { code name } } }`;

export function printReady(url: string, config: Config, tookMs: number): void {
  const lines = [
    '',
    `LotGraph is ready after ${(tookMs / 1000).toFixed(1)} s (${config.mode} mode, ${config.topology} topology).`,
    '',
    `  GraphQL   ${url}/graphql`,
    `  GraphiQL  ${url}/graphiql`,
    `  Health    ${url}/health/ready`,
    ...(config.mode === 'demo' ? demoLines(url) : []),
    '',
    'Ctrl-C stops everything.',
  ];
  console.log(lines.join('\n'));
}

function demoLines(url: string): string[] {
  return [
    '',
    'Ask something, as a demo user:',
    '',
    `  npx lotgraph token --user analyst --url ${url}`,
    `  echo '${SAMPLE}' | npx lotgraph query - --user analyst --url ${url}`,
  ];
}
