// A child process for tests: says that it is ready, then lives, crashes, or refuses to go.
'use strict';
const [mode, file] = process.argv.slice(2);
const { appendFileSync } = require('node:fs');
appendFileSync(file, `${process.pid}\n`);
if (mode === 'fail') process.exit(3);
if (mode === 'stubborn') process.on('SIGTERM', () => appendFileSync(file, 'asked\n'));
console.log('ready fixture http://127.0.0.1:1');
process.send?.({ type: 'hello' });
process.on('disconnect', () => process.exit(0));
setInterval(() => undefined, 1000);
