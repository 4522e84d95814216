/** A fresh, empty database on the benchmark's server. */
import { execFileSync } from 'node:child_process';

export function recreateDatabase(server: string, database: string): void {
  const { hostname, port, username, password } = new URL(server);
  const login = ['-h', hostname, '-P', port === '' ? '3306' : port, '-u', username];
  if (password !== '') login.push(`-p${password}`);
  const statements = `DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database}`;
  execFileSync('mariadb', [...login, '-e', statements]);
}
