// The tool list as clients need it: what makes some of them lose a tool, or all tools
// of a server, and what costs tokens for nothing.
import { check, equal, that } from './check.mjs';
import { withSession } from './session.mjs';

const NOT_IN_SCHEMAS = ['$ref', '$defs', 'definitions', 'anyOf', 'oneOf', 'allOf', 'not', 'if', 'then', 'else', 'const',
	'pattern', 'format', 'minimum', 'maximum', 'maxLength', 'minLength', 'default', 'examples', 'title'];
const TYPES = ['object', 'string', 'integer', 'number', 'boolean', 'array'];
// A tool can name no file, URL or host. Words of a name; "url" of an issue goes by "issue_key".
const REACH = /(^|_)(path|paths|file|filename|files|url|urls|uri|host|hostname|server|endpoint|directory|dir|proxy|port)($|_)/;

function walk(schema, at, visit) {
	visit(schema, at);
	for (const [name, s] of Object.entries(schema.properties ?? {}))
		walk(s, `${at}.${name}`, visit);
	if (schema.items !== undefined)
		walk(schema.items, `${at}[]`, visit);
}

// Offences of one tool, as texts.
export function offences(t) {
	const found = [], say = (s) => found.push(s), schema = t.inputSchema ?? {};
	if (!/^[a-z0-9_]{1,40}$/.test(t.name))
		say('name: 1 to 40 of [a-z0-9_]');
	if (!/^(jira|confluence|bitbucket|more)_[a-z0-9_]+$/.test(t.name))
		say('name: product_verb_noun');
	for (const member of ['title', 'description'])
		if (typeof t[member] !== 'string' || t[member] === '')
			say(`${member} is missing`);
	if (Buffer.byteLength(t.description ?? '') > 1024)
		say('description over 1 kB');
	const bytes = Buffer.byteLength(JSON.stringify(schema));
	if (bytes >= 4096)
		say(`schema of ${bytes} bytes, 4 kB at most`);
	if (schema.type !== 'object')
		say('root type is not object');
	if (schema.additionalProperties !== false)
		say('additionalProperties is not false');
	for (const name of schema.required ?? [])
		if (!(name in (schema.properties ?? {})))
			say(`required ${name} is no property`);
	walk(schema, 'schema', (s, at) => {
		if (s === null || typeof s !== 'object' || Array.isArray(s))
			return say(`${at} is no schema`);
		if (!TYPES.includes(s.type))
			say(`${at}: type ${JSON.stringify(s.type)}`);
		if (s.type === 'array' && s.items === undefined)
			say(`${at}: an array without items`);
		if ('description' in s && (typeof s.description !== 'string' || s.description === ''))
			say(`${at}: description ${JSON.stringify(s.description)}`);
		if ('enum' in s && (!Array.isArray(s.enum) || s.enum.length === 0 || s.enum.some((v) => typeof v !== 'string')))
			say(`${at}: enum`);
		for (const word of NOT_IN_SCHEMAS)
			if (word in s)
				say(`${at}: ${word}`);
		for (const name of Object.keys(s.properties ?? {})) {
			if (!/^[a-z][a-z0-9_]{0,39}$/.test(name))
				say(`${at}.${name}: not snake case`);
			if (REACH.test(name))
				say(`${at}.${name}: looks like a file, URL or host`);
		}
	});
	const a = t.annotations ?? {};
	if (typeof a.title !== 'string' || a.title === '')
		say('annotations.title is missing');
	for (const hint of ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'])
		if (typeof a[hint] !== 'boolean')
			say(`annotations.${hint} is missing`);
	if (a.readOnlyHint && a.destructiveHint)
		say('read-only and destructive');
	if (/_(get|search|list|find|read)(_|$)/.test(t.name) && !a.readOnlyHint)
		say('reads by its name, but not by readOnlyHint');
	if (/_(create|update|add|delete|remove|move|transition|set|edit|assign|link)(_|$)/.test(t.name) && !/_(get|search)_/.test(t.name) && a.readOnlyHint)
		say('writes by its name, but readOnlyHint');
	// what was taken off can be put back as it was
	if (/_(delete|remove)(_|$)/.test(t.name) && !/_remove_(label|watcher)$/.test(t.name) && !a.destructiveHint)
		say('deletes by its name, but not by destructiveHint');
	if (JSON.stringify(t).includes('null'))
		walk({ type: 'object', properties: { t: { type: 'object' } } }, '', () => {
			const nulls = (v) => v === null || (typeof v === 'object' && Object.values(v).some(nulls));
			if (nulls(t) && !found.includes('a null'))
				say('a null');
		});
	return found;
}

// The lint itself must be able to fail: one broken tool for each rule.
async function lintOfTheLint() {
	const good = { name: 'jira_get_x', title: 'X', description: 'Read.', inputSchema: { type: 'object',
		properties: { key: { type: 'string', description: 'Key' } }, required: ['key'], additionalProperties: false },
	annotations: { title: 'X', readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } };
	const broken = {
		name: (t) => { t.name = 'jira-get.x'; }, 'long name': (t) => { t.name = `jira_get_${'x'.repeat(40)}`; },
		description: (t) => { t.description = null; }, 'long description': (t) => { t.description = 'x'.repeat(1100); },
		'no type': (t) => { delete t.inputSchema.type; }, ref: (t) => { t.inputSchema.properties.key.$ref = '#/x'; },
		anyOf: (t) => { t.inputSchema.anyOf = []; }, 'type list': (t) => { t.inputSchema.properties.key.type = ['string', 'null']; },
		'null description': (t) => { t.inputSchema.properties.key.description = null; },
		'large schema': (t) => { t.inputSchema.properties.key.description = 'x'.repeat(4096); },
		url: (t) => { t.inputSchema.properties.base_url = { type: 'string' }; },
		file: (t) => { t.inputSchema.properties.file_path = { type: 'string' }; },
		'no hint': (t) => { delete t.annotations.openWorldHint; },
		'wrong hint': (t) => { t.annotations.readOnlyHint = false; },
		'open object': (t) => { delete t.inputSchema.additionalProperties; },
		required: (t) => { t.inputSchema.required = ['id']; },
	};
	await check('lint: sees what is broken', () => {
		equal(offences(good), [], 'the good tool');
		for (const [what, spoil] of Object.entries(broken)) {
			const t = structuredClone(good);
			spoil(t);
			that(offences(t).length > 0, `not seen: ${what}`);
		}
	});
}

export async function lint() {
	await lintOfTheLint();
	for (const [what, env] of [['all tools', { TOOLSETS: 'all' }], ['default surface', {}]])
		await withSession({ args: ['--sandbox'], env }, async (s) => {
			const tools = (await s.request('tools/list')).result.tools;
			await check(`lint: ${what}: there are some, each once, in order of names, the same twice`, async () => {
				that(tools.length > 0, 'no tool');
				const names = tools.map((t) => t.name);
				equal(names, [...new Set(names)].sort(), 'names');
				equal((await s.request('tools/list')).result.tools, tools, 'second list');
				equal((await s.request('tools/list', {}, { modern: true })).result.tools, tools, 'modern list');
			});
			if (what === 'default surface')
				await check('lint: default surface: at most 35 tools', () => that(tools.length <= 35, `${tools.length} tools`));
			else
				for (const t of tools)
					await check(`lint: ${t.name}`, () => equal(offences(t), [], 'offences'));
		});
	await withSession({ args: ['--sandbox'] }, async (s) => {
		const { instructions } = (await s.initialize()).result;
		await check('lint: instructions: the first 512 characters carry what matters', () => {
			that(instructions.length <= 2048, `${instructions.length} characters`);
			that(/JQL/.test(instructions.slice(0, 512)), 'JQL is not named in time');
		});
	});
}
