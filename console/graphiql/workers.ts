/** The editor's workers, bundled from here: imported from inside packages, they break development servers. */
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker';
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker';
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker';

function getWorker(_workerId: string, label: string): Worker {
  if (label === 'json') return new JsonWorker();
  return label === 'graphql' ? new GraphQLWorker() : new EditorWorker();
}

// the editor looks for it under this global name
Object.assign(globalThis, { MonacoEnvironment: { getWorker } });
