// Random edits of one block through the whole program: MCP, merge, REST, the demo site's storage. After each, the page's
// source is fetched beside the program and must be what it was but for the edit, byte for byte. On every page of the demo
// site, full of macros, and on the real pages of the shared corpus where it is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { check, equal, skip, that } from '../mcp/check.mjs';
import { cleanEnv, root, withSession } from '../mcp/session.mjs';
import { Site } from '../mcp/site.mjs';

const EDITS = Number(process.env.EDITS ?? 500);		// on each deployment
const BEHIND = Math.ceil(EDITS / 2);			// with the version before somebody else's edit
const corpus = path.resolve(root, '../shared/corpus/storage/pages');

// A small generator of our own, so that a failure can be repeated.
function dice(seed) {
	let x = seed;
	return (n) => {
		x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
		return Math.floor(x / 4294967296 * n);
	};
}

class Wiki {
	constructor(site, dc) {
		this.dc = dc;
		this.base = `${site.url}${dc ? '/confluence' : '/wiki'}`;
		const token = site.env.JIRA_API_TOKEN ?? site.env.JIRA_PERSONAL_TOKEN;
		this.auth = dc ? `Bearer ${token}` : `Basic ${Buffer.from(`${site.env.JIRA_USERNAME}:${token}`).toString('base64')}`;
		this.env = { CONFLUENCE_URL: this.base, CONFLUENCE_DEPLOYMENT: dc ? 'dc' : 'cloud', JIRA_URL: '',
			...(dc ? { CONFLUENCE_PERSONAL_TOKEN: token } : { CONFLUENCE_USERNAME: site.env.JIRA_USERNAME, CONFLUENCE_API_TOKEN: token }) };
	}

	async ask(method, where, body) {
		const r = await fetch(this.base + where, { method, body: body === undefined ? undefined : JSON.stringify(body),
			headers: { authorization: this.auth, accept: 'application/json', 'content-type': 'application/json' } });
		that(r.ok, `${method} ${where}: ${r.status} ${(await r.clone().text()).slice(0, 200)}`);
		return r.json();
	}

	page(id) {
		return this.ask('GET', this.dc ? `/rest/api/content/${id}?expand=body.storage,version` : `/api/v2/pages/${id}?body-format=storage`);
	}

	async source(id) {
		return (await this.page(id)).body.storage.value;
	}

	// Somebody else's edit.
	async put(id, p, source) {
		const body = { representation: 'storage', value: source }, version = { number: p.version.number + 1 };
		await this.ask('PUT', this.dc ? `/rest/api/content/${id}` : `/api/v2/pages/${id}`, this.dc ?
			{ type: 'page', title: p.title, version, body: { storage: body } } : { id, status: 'current', title: p.title, version, body });
	}

	async pages() {
		const list = await this.ask('GET', this.dc ? '/rest/api/content?type=page&limit=60' : '/api/v2/pages?limit=60');
		return list.results.map((p) => p.id);
	}

	async create(title, storage) {
		const body = { representation: 'storage', value: storage };
		const space = this.dc ? undefined : (await this.ask('GET', '/api/v2/spaces?keys=OPS')).results[0].id;
		const p = await this.ask('POST', this.dc ? '/rest/api/content' : '/api/v2/pages', this.dc ?
			{ type: 'page', title, space: { key: 'OPS' }, body: { storage: body } } : { spaceId: space, status: 'current', title, body });
		return p.id;
	}
}

// Words that stand once in the source, in text that is not a macro's parameter or a date. Nor a link's, nor the
// whole text of a coloured span and the like: with its last word such an element goes.
function words(source) {
	const text = source.replace(/<ac:parameter[^>]*>[^<]*<\/ac:parameter>|<ac:task-(id|uuid|status)>[^<]*<|<time[^>]*>|<!--.*?-->|<a .*?<\/a>/gs, (s) => '\u0000'.repeat(s.length));
	const found = [];
	for (const m of text.matchAll(/>([^<>\u0000]+)</g))
		for (const w of m[1].matchAll(/(?<![\p{L}\p{N}&#_.:/-])[A-Za-z]{5,}(?![\p{L}\p{N};_:/-])/gu))
			if (source.split(w[0]).length === 2 && (m[1].trim() !== w[0] || /<(p|h\d|li|td|th|ac:task-body)[^>]*>$/.test(text.slice(0, m.index + 1))))
				found.push(w[0]);
	return found;
}

// One edit, and what the source must be after it: a text, or a function that says what is wrong.
function edit(source, n, roll) {
	const list = words(source);
	if (list.length === 0)
		return null;
	const word = list[roll(list.length)], fresh = `Edit${n}x`, kind = roll(4);
	if (kind < 2)
		return { edits: [{ find: word, text: fresh }], want: source.replace(word, fresh), word, fresh };
	const op = kind === 2 ? 'before' : 'after';
	return { edits: [{ where: word, op, text: `Inserted **${fresh}**.` }], block: new RegExp(`\\n?(<ac:layout-section ac:type="fixed-width"><ac:layout-cell>)?<p>Inserted <strong>${fresh}</strong>\\.</p>(</ac:layout-cell></ac:layout-section>)?\\n?`) };
}

// In the text that was edited, a named entity may come back as its letter; everywhere else it is a byte like others.
const LETTERS = { nbsp: '\u00a0', euro: '€', mdash: '—', ndash: '–', hellip: '…', rarr: '→', larr: '←', eacute: 'é', uuml: 'ü', auml: 'ä', ouml: 'ö', rsquo: '’', lsquo: '‘', ldquo: '“',
	rdquo: '”', times: '×', copy: '©', middot: '·', bull: '•', trade: '™', quot: '"' };
const spelt = (source) => source.replace(/&(\w+);/g, (all, name) => LETTERS[name] ?? all);
const textOf = (source) => source.replace(/<[^>]*>/g, '');

// Where two sources part.
function same(got, want, what) {
	if (got === want)
		return;
	let at = 0, end = 1;
	while (got[at] === want[at])
		at++;
	while (got.at(-end) === want.at(-end) && end < Math.min(got.length, want.length) - at)
		end++;
	const piece = (x) => JSON.stringify(x.slice(Math.max(at - 40, 0), x.length - end + 41));
	that(false, `${what}: got ...${piece(got)}..., want ...${piece(want)}...`);
}

async function edited(name, dc) {
	const site = await Site.start(['--seed', '7', ...(dc ? ['--dc'] : [])]), wiki = new Wiki(site, dc), roll = dice(dc ? 11 : 5);
	try {
		const ids = await wiki.pages();
		if (existsSync(corpus))
			for (const f of readdirSync(corpus).filter((n) => n.endsWith('.xml')))
				ids.push(await wiki.create(`Corpus ${f}`, readFileSync(path.join(corpus, f), 'utf8')));
		else
			skip('../shared is not there: the pages of the demo site only');
		await withSession({ env: cleanEnv(wiki.env) }, async (session) => {
			await session.initialize();
			let done = 0, refused = 0;
			const kinds = { find: 0, insert: 0 };
			await check(`edits: ${name}: ${EDITS} edits, every other byte as it was`, async () => {
				for (let n = 0; done < EDITS && n < EDITS * 4; n++) {
					const id = ids[roll(ids.length)], before = await wiki.source(id), e = edit(before, n, roll);
					if (e === null)
						continue;
					const r = await session.request('tools/call', { name: 'confluence_update_page', arguments: { page_id: id, edits: e.edits } });
					const after = await wiki.source(id), what = `page ${id}, ${JSON.stringify(e.edits)}`, text = r.result?.content?.[0]?.text;
					if (r.result?.isError !== false && r.result?.isError !== undefined) {
						// A word that Markdown shows more than once (an expanded name) or inside of a marker: refused, and nothing is written.
						that(/occurs \d+ times|blocks contain|Nothing in the page|not in the page|inline comment|the macro or element/.test(text), `${what}: ${text}`);
						same(after, before, `${what}: refused, but written`);
						refused++;
						continue;
					}
					if (e.want !== undefined) {
						// At the end of a hidden element the new word may stand behind its end tag: the bytes around it and the text are the same.
						same(spelt(after.replace(e.fresh, '')), spelt(before.replace(e.word, '')), what);
						same(spelt(textOf(after)), spelt(textOf(e.want)), what);
						kinds.find++;
					} else {
						that(e.block.test(after), `${what}: not inserted`);
						const m = e.block.exec(after)[0], core = m.trim();
						that([m, core, `<p>Inserted <strong>${/Edit\d+x/.exec(m)[0]}</strong>.</p>`, m.replace(/^\n/, ''), m.replace(/\n$/, '')].some((x) => after.replace(x, '') === before), `${what}: other bytes changed`);
						kinds.insert++;
					}
					done++;
				}
				equal(done, EDITS, 'edits done');
				that(refused < EDITS / 3, `${refused} refused`);
				that(kinds.find > EDITS / 4 && kinds.insert > EDITS / 4, JSON.stringify(kinds));
			});
			await check(`edits: ${name}: ${BEHIND} edits of an older version, every byte of somebody else's edit stays`, async () => {
				let together = 0, conflicts = 0, others = 0;
				for (let n = EDITS * 4; together < BEHIND && n < EDITS * 4 + BEHIND * 6; n++) {
					const id = ids[roll(ids.length)], p = await wiki.page(id), before = p.body.storage.value, list = words(before);
					if (list.length < 2)
						continue;
					const at = roll(list.length), mine = list[at], theirs = list[(at + 1 + roll(list.length - 1)) % list.length];
					const now = before.replace(theirs, `Their${n}x`), fresh = `Edit${n}x`;
					await wiki.put(id, p, now);
					const args = { page_id: id, version: p.version.number, edits: [{ find: mine, text: fresh }] };
					const r = await session.request('tools/call', { name: 'confluence_update_page', arguments: args });
					const is = await wiki.page(id), after = is.body.storage.value, what = `page ${id}, ${mine} while ${theirs}`, text = r.result?.content?.[0]?.text;
					await wiki.put(id, is, before);		// or the words would come to an end
					if (r.result?.isError !== false && r.result?.isError !== undefined) {
						same(after, now, `${what}: refused, but written`);
						if (/somebody else changed what this edit changes too/.test(text))
							conflicts++;
						else
							others += that(/occurs \d+ times|inline comment|the macro or element/.test(text), `${what}: ${text}`) ?? 1;
						continue;
					}
					same(spelt(after.replace(fresh, '')), spelt(now.replace(mine, '')), what);
					same(spelt(textOf(after)), spelt(textOf(now.replace(mine, fresh))), what);
					together++;
				}
				equal(together, BEHIND, 'edits that went together');
				that(conflicts > 0 && conflicts < BEHIND && others < BEHIND, `${conflicts} conflicts, ${others} refused`);
			});
		});
	} finally {
		await site.stop();
	}
}

export async function edits() {
	await edited('cloud', false);
	await edited('dc', true);
}
