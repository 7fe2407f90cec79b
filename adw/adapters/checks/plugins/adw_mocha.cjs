// A reporter for mocha (6 and newer) that writes down what tests do, while they do it, and prints what `spec` prints.
//
// Mocha's own `json` reporter tells everything at the end: nothing where a test ends the process; not which titles a
// full title is made of; and not what `spec` would have printed. This runs in the user's mocha and needs nothing of
// ADW. `mocha-<pid>.jsonl` beside this file gets the lines. It judges nothing: `adw.checks` does.

'use strict';

const fs = require('fs');
const path = require('path');

const MAX_TEXT = 6000;
const MAX_VALUE = 300;
const HOOK = 'hook';

const mocha = module.parent && module.parent.exports;
const found = Object.keys(require.cache).find((name) => /[\\/]reporters[\\/]spec\.js$/.test(name));
const cached = found ? require.cache[found].exports : undefined;
const Spec = (mocha && mocha.reporters && mocha.reporters.Spec) || (cached && (cached.Spec || cached));

function text(value, limit) {
  try {
    return value === undefined || value === null ? '' : String(value).slice(0, limit);
  } catch {
    return '';
  }
}

function shown(value) {
  try {
    return text(JSON.stringify(value), MAX_VALUE);
  } catch {
    return '';
  }
}

function titles(runnable) {
  try {
    return runnable.titlePath();
  } catch {
    return [text(runnable.title, MAX_VALUE)];
  }
}

function told(error) {
  if (error === null || typeof error !== 'object') return { message: text(error, MAX_TEXT) };
  const said = {
    name: text(error.name, MAX_VALUE),
    code: text(error.code, MAX_VALUE),
    message: text(error.message, MAX_TEXT),
    stack: text(error.stack, MAX_TEXT * 2),
  };
  if ('expected' in error && 'actual' in error) {
    said.expected = shown(error.expected);
    said.actual = shown(error.actual);
  }
  return said;
}

// Every failing test is to be named: `--bail` is undone, wherever it was said.
function goOn(suite) {
  suite.bail(false);
  suite.suites.forEach(goOn);
}

class Told {
  constructor(runner, options) {
    goOn(runner.suite);
    this.printed = Spec ? new Spec(runner, options) : undefined;
    const out = fs.openSync(path.join(__dirname, `mocha-${process.pid}.jsonl`), 'a');
    const tell = (kind, runnable, more) => {
      const about = runnable ? { titles: titles(runnable), file: text(runnable.file, MAX_TEXT) } : {};
      fs.writeSync(out, JSON.stringify({ kind, ...about, ...more }) + '\n');
    };
    runner.on('start', () => tell('start', undefined, { total: runner.total }));
    runner.on('test', (test) => tell('test', test));
    runner.on('pass', (test) => tell('pass', test));
    runner.on('pending', (test) => tell('pending', test));
    runner.on('fail', (test, error) => tell('fail', test, { hook: test.type === HOOK, error: told(error) }));
    runner.on('end', () => tell('end'));
  }

  done(failures, end) {
    if (this.printed && typeof this.printed.done === 'function') this.printed.done(failures, end);
    else end(failures);
  }
}

module.exports = Told;
