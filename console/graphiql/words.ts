/** The words of the page, in the two languages of the product. */

export type Language = 'en' | 'zh';

export const WORDS = {
  en: {
    signIn: 'Sign in',
    signedInAs: 'Signed in as',
    signOut: 'Sign out',
    demoUser: 'Demo user',
    token: 'Token',
    pasteToken: 'Paste a token',
    use: 'Use',
    language: 'Language',
    failed: 'Signing in failed.',
    first: 'Sign in to ask the graph and to see its schema.',
  },
  zh: {
    signIn: '登录',
    signedInAs: '当前用户',
    signOut: '退出',
    demoUser: '演示用户',
    token: '令牌',
    pasteToken: '粘贴令牌',
    use: '使用',
    language: '语言',
    failed: '登录失败。',
    first: '登录后可查询数据图并查看其结构。',
  },
} as const satisfies Record<Language, Record<string, string>>;

export function firstLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
