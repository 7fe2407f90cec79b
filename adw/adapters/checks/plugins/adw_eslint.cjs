// A formatter for ESLint (7 and newer) that writes the findings down and prints what `stylish` prints.
//
// ESLint has one formatter at a time: with `json` there would be nothing for people in the log, and its report holds
// the sources of all files. This runs in the user's ESLint and needs nothing of ADW. `eslint.json` beside this file
// gets the findings. It judges nothing: `adw.checks` does.

'use strict';

const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');

function slim(result) {
  const messages = result.messages.map(({ ruleId, severity, fatal, message, line, column }) => ({
    ruleId: ruleId || '',
    severity: fatal ? 2 : severity,
    fatal: Boolean(fatal),
    message,
    line: line || 0,
    column: column || 0,
  }));
  return { filePath: result.filePath, messages };
}

function plain(results) {
  const lines = results.flatMap(({ filePath, messages }) =>
    messages.map(
      ({ ruleId, severity, message, line, column }) =>
        `${filePath}:${line || 0}:${column || 0}: ${message} [${severity === 2 ? 'Error' : 'Warning'}/${ruleId || ''}]`,
    ),
  );
  return lines.length ? `${lines.join('\n')}\n` : '';
}

module.exports = async function told(results, context) {
  fs.writeFileSync(path.join(__dirname, 'eslint.json'), JSON.stringify(results.map(slim)));
  try {
    const { ESLint } = createRequire(fs.realpathSync(process.argv[1]))('eslint');
    const stylish = await new ESLint().loadFormatter('stylish');
    return await stylish.format(results, context);
  } catch {
    return plain(results);
  }
};
