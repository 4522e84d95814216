// The environment of the suites. Each suite loads some two thousand files into a context of its own; V8 would compile
// them anew for each. Compiled code belongs to no context, so a worker keeps it, and only the context is new.
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const compileFunction = vm.compileFunction;
/** File → its text and what V8 made of it. */
const kept = new Map();

function scriptOf(code, parameters, filename) {
  const found = kept.get(filename);
  if (found?.code === code) return found.script;
  const head = `(function (${parameters.join(', ')}) {`;
  const script = new vm.Script(`${head}${code}\n})`, { filename, columnOffset: -head.length });
  kept.set(filename, { code, script });
  return script;
}

/** What jest compiles modules with. Parameters are the same for all suites: the configuration says them. */
vm.compileFunction = (code, parameters, options) => {
  const { parsingContext, filename } = options ?? {};
  if (parsingContext === undefined || filename === undefined)
    return compileFunction(code, parameters, options);
  return scriptOf(code, parameters, filename).runInContext(parsingContext);
};

module.exports = TestEnvironment;
