// Wiki markup, one JSON string a line on stdin; Atlassian's own ADF for it, one JSON value a line on stdout.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
const require = createRequire(import.meta.url);
const { WikiMarkupTransformer } = require('@atlaskit/editor-wikimarkup-transformer');
const { JSONTransformer } = (() => { try { return require('@atlaskit/editor-json-transformer'); } catch { return {}; } })();
const wiki = new WikiMarkupTransformer();
const json = JSONTransformer ? new JSONTransformer() : null;
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const node = wiki.parse(JSON.parse(line));
    console.log(JSON.stringify(json ? json.encode(node) : node.toJSON()));
  } catch (e) {
    console.log(JSON.stringify({ error: String(e) }));
  }
}
