/** GraphiQL behind a sign-in bar. The token goes into the Authorization header, never into a cookie. */
import { GraphiQL } from 'graphiql';
import type { FormattedExecutionResult } from 'graphql';
import { useMemo, useState, type ReactNode } from 'react';
import { SAMPLE_QUERY, SAMPLE_VARIABLES } from './sample-query';
import { storedToken, storeToken } from './session';
import { SignInBar } from './sign-in-bar';
import { firstLanguage, WORDS, type Language } from './words';

type Fetcher = (params: object) => Promise<FormattedExecutionResult>;

export function Page(): ReactNode {
  const [token, setToken] = useState(storedToken);
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const fetcher = useMemo(() => fetcherFor(token, language), [token, language]);
  const takeToken = (next: string | null): void => {
    storeToken(next);
    setToken(next);
  };
  return (
    <>
      <SignInBar token={token} language={language} onToken={takeToken} onLanguage={setLanguage} />
      {token === null ? (
        <main className="first">{WORDS[language].first}</main>
      ) : (
        // another caller may see another schema, so the editor starts anew with each
        <GraphiQL
          key={token}
          fetcher={fetcher}
          defaultQuery={SAMPLE_QUERY}
          initialVariables={SAMPLE_VARIABLES}
          isHeadersEditorEnabled={false}
        />
      )}
    </>
  );
}

function fetcherFor(token: string | null, language: Language): Fetcher {
  return async (params) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-language': language,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(params),
    });
    return (await response.json()) as FormattedExecutionResult;
  };
}
