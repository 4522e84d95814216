/** The bar above the editor: pick a demo user or paste a token, and choose a language. */
import { useEffect, useState, type ReactNode } from 'react';
import { demoUsers, nameIn, signInAs, type DemoUser } from './session';
import { WORDS, type Language } from './words';

interface Props {
  readonly token: string | null;
  readonly language: Language;
  readonly onToken: (token: string | null) => void;
  readonly onLanguage: (language: Language) => void;
}

export function SignInBar({ token, language, onToken, onLanguage }: Props): ReactNode {
  const words = WORDS[language];
  return (
    <header className="sign-in-bar">
      <strong>LotGraph</strong>
      {token === null ? (
        <SignInForm language={language} onToken={onToken} />
      ) : (
        <>
          <span>
            {words.signedInAs} <b data-testid="who">{nameIn(token)}</b>
          </span>
          <button type="button" onClick={() => onToken(null)}>
            {words.signOut}
          </button>
        </>
      )}
      <label className="language">
        {words.language}
        <select value={language} onChange={(event) => onLanguage(event.target.value === 'zh' ? 'zh' : 'en')}>
          <option value="en">English</option>
          <option value="zh">中文</option>
        </select>
      </label>
    </header>
  );
}

function SignInForm({ language, onToken }: Pick<Props, 'language' | 'onToken'>): ReactNode {
  const words = WORDS[language];
  const [users, setUsers] = useState<readonly DemoUser[]>([]);
  const [user, setUser] = useState('');
  const [pasted, setPasted] = useState('');
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    demoUsers().then(
      (found) => {
        setUsers(found);
        setUser(found[0]?.user ?? '');
      },
      () => setFailed(true),
    );
  }, []);

  const signIn = (): void => {
    signInAs(user, language).then(onToken, () => setFailed(true));
  };

  return (
    <>
      {users.length > 0 && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            signIn();
          }}
        >
          <label>
            {words.demoUser}
            <select data-testid="demo-user" value={user} onChange={(event) => setUser(event.target.value)}>
              {users.map((one) => (
                <option key={one.user} value={one.user}>
                  {one.name[language]} ({one.user})
                </option>
              ))}
            </select>
          </label>
          <button type="submit" data-testid="sign-in">
            {words.signIn}
          </button>
        </form>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (pasted.trim() !== '') onToken(pasted.trim());
        }}
      >
        <label>
          {words.token}
          <input
            type="password"
            autoComplete="off"
            placeholder={words.pasteToken}
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
          />
        </label>
        <button type="submit">{words.use}</button>
      </form>
      {failed && <span role="alert">{words.failed}</span>}
    </>
  );
}
