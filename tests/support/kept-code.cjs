// What jest loads the suites with. Each loads some two thousand files into a context of its own; read, transformed and
// compiled they are the same in all contexts, so a worker does that once and only runs them anew.
const vm = require('node:vm');
const { default: Runtime } = require('jest-runtime');

const PACKAGES = /[\\/]node_modules[\\/]/;

/** Texts of packages, which nobody changes while suites run. */
const texts = new Map();
/** File → its text and what the transformer made of it. */
const transformed = new Map();
/** File → what the transformer made of it and what V8 made of that. */
const compiled = new Map();

/** The texts that one suite has read; those of packages outlive it. */
class KeptTexts extends Map {
  get(file) {
    return super.get(file) ?? texts.get(file);
  }

  set(file, text) {
    if (PACKAGES.test(file)) texts.set(file, text);
    else super.set(file, text);
    return this;
  }
}

const keptTransformer = (transformer) =>
  Object.assign(Object.create(transformer), {
    transform(file, options, text) {
      const found = transformed.get(file);
      if (found?.text === text && !options.supportsStaticESM) return found.result;
      const result = transformer.transform(file, options, text);
      if (!options.supportsStaticESM) transformed.set(file, { text, result });
      return result;
    },
  });

const compileFunction = vm.compileFunction;

/** Parameters are the same for all files: the configuration says them. */
function scriptOf(code, parameters, filename) {
  const found = compiled.get(filename);
  if (found?.code === code) return found.script;
  const head = `(function (${parameters.join(', ')}) {`;
  const script = new vm.Script(`${head}${code}\n})`, { filename, columnOffset: -head.length });
  compiled.set(filename, { code, script });
  return script;
}

// the one function that jest compiles modules with
vm.compileFunction = (code, parameters, options) => {
  const { parsingContext, filename } = options ?? {};
  if (parsingContext === undefined || filename === undefined)
    return compileFunction(code, parameters, options);
  return scriptOf(code, parameters, filename).runInContext(parsingContext);
};

module.exports = class KeptCode extends Runtime {
  constructor(config, environment, resolver, transformer, read, ...rest) {
    super(config, environment, resolver, keptTransformer(transformer), new KeptTexts(read), ...rest);
  }
};
