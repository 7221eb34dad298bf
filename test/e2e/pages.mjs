// Pages as files: telamon pull and push against the demo site of both deployments. What is held: pulling and pushing without an
// edit writes nothing; an edit changes its block and nothing else on the site; edits of both sides go together or are shown and
// lose nothing.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { check, equal, that } from '../mcp/check.mjs';
import { cleanEnv, run, scratch, telamon } from '../mcp/session.mjs';
import { Site } from '../mcp/site.mjs';

const MS = 60000;

class Wiki {
	constructor(site, dc) {
		this.dc = dc;
		this.base = `${site.url}/${dc ? 'confluence' : 'wiki'}`;
		const token = site.env.JIRA_API_TOKEN ?? site.env.JIRA_PERSONAL_TOKEN, user = site.env.JIRA_USERNAME;
		this.auth = dc ? `Bearer ${token}` : `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
		this.env = cleanEnv({ CONFLUENCE_URL: this.base, CONFLUENCE_DEPLOYMENT: dc ? 'dc' : 'cloud',
			...(dc ? { CONFLUENCE_PERSONAL_TOKEN: token } : { CONFLUENCE_USERNAME: user, CONFLUENCE_API_TOKEN: token }) });
	}

	async ask(method, where, body) {
		const r = await fetch(this.base + where, { method, headers: { authorization: this.auth, accept: 'application/json',
			...(body === undefined ? {} : { 'content-type': 'application/json' }) }, body: body === undefined ? undefined : JSON.stringify(body) });
		that(r.ok, `${method} ${where}: ${r.status} ${(await r.clone().text()).slice(0, 200)}`);
		return r.status === 204 ? undefined : r.json();
	}

	// { title, version, source, labels }
	async page(id) {
		const p = this.dc ? await this.ask('GET', `/rest/api/content/${id}?expand=body.storage,version,metadata.labels`) :
			await this.ask('GET', `/api/v2/pages/${id}?body-format=storage&include-labels=true`);
		return { title: p.title, version: p.version.number, source: p.body.storage.value,
			labels: (p.labels ?? p.metadata.labels).results.map((l) => l.name) };
	}

	// Somebody else's edit.
	async change(id, edit) {
		const p = await this.page(id), source = edit(p.source);
		that(source !== p.source, 'the edit of the other one found nothing');
		const version = { number: p.version + 1 };
		if (this.dc)
			await this.ask('PUT', `/rest/api/content/${id}`, { type: 'page', title: p.title, version, body: { storage: { value: source, representation: 'storage' } } });
		else
			await this.ask('PUT', `/api/v2/pages/${id}`, { id, status: 'current', title: p.title, version, body: { representation: 'storage', value: source } });
	}

	async attach(id, name, data) {
		const form = new FormData();
		form.append('file', new Blob([data]), name);
		const r = await fetch(`${this.base}/rest/api/content/${id}/child/attachment`, { method: 'POST', headers: { authorization: this.auth,
			accept: 'application/json', 'x-atlassian-token': 'no-check' }, body: form });
		that(r.ok, `attaching ${name}: ${r.status} ${await r.text()}`);
	}

	// The next request like that goes wrong.
	fail(method, where, fault) {
		return fetch(`${new URL(this.base).origin}/__sandbox/faults`, { method: 'POST', headers: { authorization: this.auth },
			body: JSON.stringify({ next: [{ match: `${method} ${new URL(this.base).pathname}${where}`, fault }] }) });
	}

	// The names of a page's attachments.
	async attachments(id) {
		return (await this.ask('GET', this.dc ? `/rest/api/content/${id}/child/attachment` : `/api/v2/pages/${id}/attachments`)).results.map((a) => a.title).sort();
	}

	run(...args) {
		return run(telamon, args, { env: this.env, ms: MS });
	}

	async good(...args) {
		const r = await this.run(...args);
		equal(r.code, 0, `telamon ${args.join(' ')}: ${r.stdout}${r.stderr}`);
		return r.stdout;
	}
}

function files(dir, below = '') {
	return readdirSync(path.join(dir, below), { withFileTypes: true }).flatMap((e) => e.isDirectory() ? files(dir, path.join(below, e.name)) : [path.join(below, e.name)])
		.filter((f) => !f.startsWith('.telamon'));
}

const idOf = (dir, file) => /^id: (\d+)$/m.exec(readFileSync(path.join(dir, file), 'utf8'))[1];
const edit = (dir, file, from, to) => {
	const name = path.join(dir, file), text = readFileSync(name, 'utf8');
	that((from instanceof RegExp ? from.test(text) : text.includes(from)), `${file} has no ${from}`);
	writeFileSync(name, text.replace(from, to));
};

async function cycle(what, args, dc) {
	const site = await Site.start(['--seed', '1', ...args]), wiki = new Wiki(site, dc), dir = path.join(scratch(), 'docs');
	const one = (name, fn) => check(`pages: ${what}: ${name}`, fn);
	const shelf = 'Platform-Operations', handbook = `${shelf}/Runbooks/On-call-handbook.md`;
	let before;
	try {
		await one('a tree is pulled, with attachments', async () => {
			await wiki.good('pull', 'Platform Operations', dir, '--space', 'OPS', '--tree');
			const all = files(dir);
			that(all.filter((f) => f.endsWith('.md')).length > 15, all.join(' '));
			that(all.some((f) => f.endsWith('.files/cluster.png')), 'no picture');
			const overview = readFileSync(path.join(dir, shelf, 'Architecture/Cluster-overview.md'), 'utf8');
			that(overview.includes('](Cluster-overview.files/cluster.png)'), overview);
			equal(readFileSync(path.join(dir, shelf, 'Architecture/Cluster-overview.files/cluster.png')).subarray(1, 4).toString(), 'PNG', 'first bytes');
			that(readFileSync(path.join(dir, `${shelf}.md`), 'utf8').includes(`](${handbook})`), 'no link between files');
			before = Object.fromEntries(await Promise.all(all.filter((f) => f.endsWith('.md')).map(async (f) => [f, await wiki.page(idOf(dir, f))])));
		});
		const untouched = async (but = []) => {
			for (const [f, was] of Object.entries(before))
				if (!but.includes(f))
					equal(await wiki.page(idOf(dir, f)), was, f);
		};
		await one('without an edit nothing is sent, and pulling again changes no file', async () => {
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'something was sent');
			const text = Object.fromEntries(files(dir).map((f) => [f, readFileSync(path.join(dir, f)).toString('base64')]));
			await wiki.good('pull', 'Platform Operations', dir, '--space', 'OPS', '--tree');
			equal(Object.fromEntries(files(dir).map((f) => [f, readFileSync(path.join(dir, f)).toString('base64')])), text, 'files');
			await untouched();
		});
		await one('an edit of one paragraph changes that and nothing else', async () => {
			edit(dir, handbook, 'Breathe. Say in #ops', 'Breathe **twice**. Say in #ops');
			that(/^edited +.*On-call-handbook\.md text$/m.test(await wiki.good('push', dir, '--status')), 'status');
			await untouched();
			await wiki.good('push', dir, '--message', 'calmer');
			const was = before[handbook], is = await wiki.page(idOf(dir, handbook));
			equal(is.source, was.source.replace('Breathe. Say', 'Breathe <strong>twice</strong>. Say'), 'source');
			equal(is.version, was.version + 1, 'version');
			await untouched([handbook]);
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'sent twice');
			before[handbook] = is;
		});
		await one('edits of both sides go together: push', async () => {
			edit(dir, handbook, 'twice', 'three times');
			await wiki.change(idOf(dir, handbook), (s) => s.replace('and the whole channel', 'and everybody'));
			await wiki.good('push', dir);
			const is = await wiki.page(idOf(dir, handbook));
			that(is.source.includes('three times') && is.source.includes('and everybody'), is.source);
			before[handbook] = is;
		});
		await one('edits of both sides go together: pull', async () => {
			edit(dir, handbook, 'three times', 'four times');
			await wiki.change(idOf(dir, handbook), (s) => s.replace('and everybody', 'and all of us'));
			await wiki.good('pull', idOf(dir, handbook), dir);
			const text = readFileSync(path.join(dir, handbook), 'utf8');
			that(text.includes('four times') && text.includes('and all of us'), text);
			before[handbook] = await wiki.page(idOf(dir, handbook));
			that(before[handbook].source.includes('three times'), 'pull wrote to the site');
		});
		await one('two edits of one paragraph are shown; file and page stay as they are', async () => {
			await wiki.change(idOf(dir, handbook), (s) => s.replace('three times', 'no more'));
			const page = await wiki.page(idOf(dir, handbook)), text = readFileSync(path.join(dir, handbook), 'utf8');
			for (const args of [['push', dir], ['pull', idOf(dir, handbook), dir]]) {
				const r = await wiki.run(...args);
				equal(r.code, 7, `${args[0]}: ${r.stderr}`);
				that(/no more/.test(r.stderr) && /four times/.test(r.stderr), r.stderr);
				equal(await wiki.page(idOf(dir, handbook)), page, 'page');
				equal(readFileSync(path.join(dir, handbook), 'utf8'), text, 'file');
			}
			edit(dir, handbook, 'four times', 'three times');	// the way out: take the own edit back
			await wiki.good('pull', idOf(dir, handbook), dir);
			that(readFileSync(path.join(dir, handbook), 'utf8').includes('no more'), 'the page did not come');
			before[handbook] = await wiki.page(idOf(dir, handbook));
		});
		await one('title and labels', async () => {
			edit(dir, handbook, 'title: On-call handbook', 'title: "On-call: handbook"');
			edit(dir, handbook, 'labels: ', 'labels: calm, ');
			await wiki.good('push', dir);
			const is = await wiki.page(idOf(dir, handbook));
			equal(is.title, 'On-call: handbook', 'title');
			equal(is.source, before[handbook].source, 'source');
			equal([...is.labels].sort(), ['calm', ...before[handbook].labels].sort(), 'labels');
			edit(dir, handbook, /calm, |, calm/, '');
			edit(dir, handbook, 'On-call: handbook', 'On-call handbook');
			await wiki.good('push', dir);
			equal((await wiki.page(idOf(dir, handbook))).labels, before[handbook].labels, 'labels');
			before[handbook] = await wiki.page(idOf(dir, handbook));
		});
		await one('a new file becomes a page below its directory\'s page, with links, a picture and mermaid as it was', async () => {
			const name = `${shelf}/Runbooks/Restart-the-queue.md`, dot = path.join(dir, `${shelf}/Runbooks/Restart-the-queue.files`);
			mkdirSync(dot);
			writeFileSync(path.join(dot, 'queue.png'), Buffer.from('89504e470d0a1a0a00', 'hex'));
			writeFileSync(path.join(dir, name), ['---', 'title: Restart the queue', 'space: OPS', 'labels: runbook', '---', '',
				'See the [handbook](On-call-handbook.md).', '', '![the queue](Restart-the-queue.files/queue.png)', '', '```mermaid', 'graph TD; A-->B', '```', ''].join('\n'));
			that(/^would make/m.test(await wiki.good('push', dir, '--dry-run')), 'dry run');
			await wiki.good('push', dir);
			const is = await wiki.page(idOf(dir, name));
			that(is.source.includes('ri:content-title="On-call handbook"') && is.source.includes('<ri:attachment ri:filename="queue.png"') &&
				is.source.includes('graph TD; A-->B') && is.source.includes('mermaid'), is.source);
			equal(is.labels, ['runbook'], 'labels');
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'made twice');
			writeFileSync(path.join(dot, 'queue.png'), Buffer.from('89504e470d0a1a0a0102', 'hex'));
			that(/ 1 files/.test(await wiki.good('push', dir)), 'the new picture was not sent');
			const again = path.join(scratch(), 'again');
			await wiki.good('pull', idOf(dir, name), again);
			equal(readFileSync(path.join(again, 'Restart-the-queue.files/queue.png')).toString('hex'), '89504e470d0a1a0a0102', 'picture');
			that(readFileSync(path.join(again, 'Restart-the-queue.md'), 'utf8').includes('```mermaid\ngraph TD; A-->B\n```'), 'mermaid');
		});
		await one('files may be moved; links go with them', async () => {
			renameSync(path.join(dir, handbook), path.join(dir, 'Handbook.md'));
			const r = await wiki.run('push', dir);
			equal(r.code, 2, r.stdout + r.stderr);	// two files link to where it was
			that(/links to Platform-Operations\/Runbooks\/On-call-handbook\.md, which is no page/.test(r.stderr), r.stderr);
			renameSync(path.join(dir, 'Handbook.md'), path.join(dir, handbook));
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'something was sent');
		});
		const put = (id) => dc ? `/rest/api/content/${id}` : `/api/v2/pages/${id}`;
		await one('what a page can\'t take is known before anything of it is sent', async () => {
			const id = idOf(dir, handbook), extra = path.join(dir, handbook.replace('.md', '.files'));
			mkdirSync(extra, { recursive: true });
			writeFileSync(path.join(extra, 'note.txt'), 'one');
			edit(dir, handbook, 'no more', 'no less');
			edit(dir, handbook, 'labels: ', 'labels: two words, ');
			const was = await wiki.page(id);
			let r = await wiki.run('push', dir);
			equal(r.code, 2, r.stdout + r.stderr);
			that(/"two words" can't be a label/.test(r.stderr) && /1 of \d+ pages could not be sent; nothing was/.test(r.stderr), r.stderr);
			equal((await wiki.run('push', dir, '--status')).code, 2, 'status');
			edit(dir, handbook, /two words, |, two words/, '');
			await wiki.change(id, (s) => s.replace('no more', 'much more'));
			r = await wiki.run('push', dir);
			equal(r.code, 7, r.stdout + r.stderr);
			equal(await wiki.attachments(id), [], 'attachments');
			await wiki.change(id, (s) => s.replace('much more', 'no more'));
			equal((await wiki.page(id)).source, was.source, 'source');
		});
		await one('what was sent before something failed is said and not sent again', async () => {
			const id = idOf(dir, handbook), was = await wiki.page(id);
			await wiki.fail('PUT', put(id), 403);
			let r = await wiki.run('push', dir);
			equal(r.code, 5, r.stdout + r.stderr);
			that(/^in part +\S*On-call-handbook.md 1 files$/m.test(r.stdout) && /1 of \d+ pages could not be sent, 1 of them only in part; 0 were/.test(r.stderr), r.stdout + r.stderr);
			edit(dir, handbook, 'labels: ', 'labels: calm, ');
			await wiki.fail('POST', `/rest/api/content/${id}/label`, 403);
			r = await wiki.run('push', dir);
			equal(r.code, 5, r.stdout + r.stderr);
			that(/^in part +\S*On-call-handbook.md text$/m.test(r.stdout), r.stdout);
			equal((await wiki.page(id)).version, was.version + 1, 'version');
			that(/^sent +\S*On-call-handbook.md labels \(/m.test(await wiki.good('push', dir)), 'labels');
			const is = await wiki.page(id);
			equal(is.source, was.source.replace('no more', 'no less'), 'source');
			equal([is.version, is.labels.includes('calm')], [was.version + 1, true], 'version and labels');
			equal(await wiki.attachments(id), ['note.txt'], 'attachments');
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'something was sent');
		});
		await one('others\' edits that came in before a failure stay', async () => {
			const id = idOf(dir, handbook);
			await wiki.change(id, (s) => s.replace('and all of us', 'and everybody'));
			edit(dir, handbook, 'no less', 'no more');
			edit(dir, handbook, /calm, |, calm/, '');
			await wiki.fail('DELETE', `/rest/api/content/${id}/label`, 403);
			equal((await wiki.run('push', dir)).code, 5, 'the label was taken away');
			await wiki.good('push', dir);
			const is = await wiki.page(id);
			that(is.source.includes('and everybody') && is.source.includes('no more') && !is.labels.includes('calm'), JSON.stringify(is));
		});
		await one('an attachment whose answer was lost is not taken for somebody else\'s', async () => {
			const id = idOf(dir, handbook), name = path.join(dir, handbook.replace('.md', '.files'), 'lost.txt');
			writeFileSync(name, 'lost');
			await wiki.fail('POST', `/rest/api/content/${id}/child/attachment`, 'reset-after');
			equal((await wiki.run('push', dir)).code, 13, 'the answer was lost');
			equal((await wiki.attachments(id)).filter((a) => a === 'lost.txt').length, 1, 'it is there');
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'it was sent again');
			writeFileSync(name, 'found');
			equal((await wiki.run('push', dir)).code, 7, 'a file that nobody remembers, and another one there');
			writeFileSync(name, 'lost');
			await wiki.good('pull', id, dir);
			writeFileSync(name, 'found');
			that(/ 1 files/.test(await wiki.good('push', dir)), 'after a pull it is known');
		});
		await one('a new page whose labels are refused is not made twice', async () => {
			const name = `${shelf}/Runbooks/Drain-a-node.md`;
			writeFileSync(path.join(dir, name), ['---', 'title: Drain a node', 'space: OPS', 'labels: runbook', '---', '', 'Slowly.', ''].join('\n'));
			await wiki.fail('POST', dc ? '/rest/api/content' : '/api/v2/pages', 403);
			equal((await wiki.run('push', dir)).code, 5, 'made');
			that(!/^id:/m.test(readFileSync(path.join(dir, name), 'utf8')), 'an id');
			await wiki.fail('POST', '/rest/api/content/*', 403);
			const r = await wiki.run('push', dir);
			equal(r.code, 5, r.stdout + r.stderr);
			that(/^in part +\S*Drain-a-node.md made$/m.test(r.stdout), r.stdout);
			const id = idOf(dir, name);
			that(/^sent +\S*Drain-a-node.md labels \(/m.test(await wiki.good('push', dir)), 'labels');
			equal([idOf(dir, name), (await wiki.page(id)).labels], [id, ['runbook']], 'id and labels');
		});
		await one('a new page below a new page goes in one push', async () => {
			const name = `${shelf}/Runbooks/Disaster`, fresh = (title, text) => ['---', `title: ${title}`, 'space: OPS', '---', '', text, ''].join('\n');
			mkdirSync(path.join(dir, `${name}/First`), { recursive: true });
			writeFileSync(path.join(dir, `${name}.md`), fresh('Disaster', 'See the [first hour](Disaster/First.md).'));
			writeFileSync(path.join(dir, `${name}/First.md`), fresh('First hour', 'Call.'));
			writeFileSync(path.join(dir, `${name}/First/Whom.md`), fresh('Whom to call', 'Everybody.'));
			await wiki.good('push', dir);
			const parent = async (id) => dc ? (await wiki.ask('GET', `/rest/api/content/${id}?expand=ancestors`)).ancestors.at(-1).id : (await wiki.ask('GET', `/api/v2/pages/${id}`)).parentId;
			equal(await parent(idOf(dir, `${name}/First/Whom.md`)), idOf(dir, `${name}/First.md`), 'parent');
			equal(await parent(idOf(dir, `${name}/First.md`)), idOf(dir, `${name}.md`), 'parent');
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'something was sent');
		});
		await one('a wrong token is one error, with its own exit code', async () => {
			edit(dir, handbook, 'no more', 'no less');
			const env = { ...wiki.env, ...(dc ? { CONFLUENCE_PERSONAL_TOKEN: 'wrong' } : { CONFLUENCE_API_TOKEN: 'wrong' }) };
			const r = await run(telamon, ['push', dir], { env, ms: MS });
			equal(r.code, 4, r.stdout + r.stderr);
			that(/1 of \d+ pages could not be sent; nothing was\. \d+ were not tried\./.test(r.stderr), r.stderr);
			edit(dir, handbook, 'no less', 'no more');
		});
		await one('an attachment whose name could harm gets no file, and the terminal is not told what to do', async () => {
			const odd = `${shelf}/Architecture/Cluster-overview.md`, bad = ['-rf.txt', 'back\\slash.txt', 'clear\x1b[2Jscreen.txt', 'left\u202eright.txt'];
			for (const name of [...bad, 'plain.txt'])
				await wiki.attach(idOf(dir, odd), name, 'text');
			const r = await wiki.run('pull', idOf(dir, odd), dir);
			equal(r.code, 0, r.stderr);
			equal(files(dir).filter((f) => f.startsWith(odd.replace('.md', '.files'))).map((f) => path.basename(f)).sort(), ['cluster.png', 'error budget 2026.csv', 'plain.txt'], 'files');
			equal(r.stderr.match(/left out/g)?.length, bad.length, r.stderr);
			that(!/[\x1b\u202e]/.test(r.stderr) && r.stderr.includes('clear[2Jscreen.txt'), JSON.stringify(r.stderr));
		});
		await one('links to attachments lead to the files beside the page, and back', async () => {
			const name = `${shelf}/Architecture/Cluster-overview.md`, id = idOf(dir, name), link = (file, text) => `<ac:link><ri:attachment ri:filename="${file}" />` +
				`<ac:plain-text-link-body><![CDATA[${text}]]></ac:plain-text-link-body></ac:link>`;
			await wiki.attach(id, 'notes.md', '# Notes');
			const links = `<p>See ${link('error budget 2026.csv', 'the budget')}, ${link('missing.pdf', 'what is gone')} and ${link('notes.md', 'notes')}.</p><p>${link('plain.txt', 'plain')}</p>`;
			await wiki.change(id, (s) => links + s);
			await wiki.good('pull', id, dir);
			const text = readFileSync(path.join(dir, name), 'utf8'), was = await wiki.page(id);
			that(text.includes('[the budget](<Cluster-overview.files/error budget 2026.csv>), [what is gone](attachment:missing.pdf)') &&
				text.includes('[notes](Cluster-overview.files/notes.md)') && text.includes('\n[plain](Cluster-overview.files/plain.txt)\n'), text);
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'something was sent');
			await wiki.good('pull', id, dir);
			equal(readFileSync(path.join(dir, name), 'utf8'), text, 'pulled again');
			writeFileSync(path.join(dir, name.replace('.md', '.files'), 'fresh.txt'), 'new');
			edit(dir, name, '[plain](', '[fresh](Cluster-overview.files/fresh.txt) and [plain](');
			edit(dir, name, 'See [the budget]', 'Look at [the budget]');
			await wiki.good('push', dir);
			const is = await wiki.page(id);
			equal(is.source.replace('Look at', 'See').replace(/<p><ac:link><ri:attachment ri:filename="fresh.txt"\/>.*?<\/ac:link> and /, '<p>'), was.source, 'source');
			that(is.source.includes('ri:filename="fresh.txt"') && (await wiki.attachments(id)).includes('fresh.txt'), is.source);
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'something was sent twice');
			const again = path.join(scratch(), 'again');
			await wiki.good('pull', id, again);
			rmSync(path.join(again, '.telamon'), { recursive: true });
			rmSync(path.join(again, 'Cluster-overview.md'));
			writeFileSync(path.join(again, 'Cluster-overview.files/plain.txt'), 'mine');
			const r = await wiki.run('pull', id, again);	// what is the same as on the site is taken for it
			equal([r.code, r.stderr.split('\n').filter((l) => l.includes('changed here'))], [0, ['Cluster-overview.files/plain.txt was changed here; left as it is.']], 'attachments without memory');
			const bare = path.join(scratch(), 'bare');
			await wiki.good('pull', id, bare, '--no-files');
			that(readFileSync(path.join(bare, 'Cluster-overview.md'), 'utf8').includes('(<attachment:error budget 2026.csv>)'), 'a link to a file that was not pulled');
		});
		await one('a link to the file of another page leads to where people download it, and back', async () => {
			const name = `${shelf}/Architecture/Cluster-overview.md`, id = idOf(dir, name), other = idOf(dir, handbook), was = await wiki.page(id);
			const file = path.relative(path.dirname(name), handbook.replace('.md', '.files/who is who.txt'));
			await wiki.attach(other, 'who is who.txt', 'text');
			await wiki.good('pull', other, dir);
			await wiki.good('pull', id, dir);
			const text = readFileSync(path.join(dir, name), 'utf8'), push = (line) => {
				writeFileSync(path.join(dir, name), `${text}\n${line}\n`);
				return wiki.run('push', dir);
			};
			for (const line of [`[who](${file.replaceAll(' ', '%20')}x)`, `![who](${file.replaceAll(' ', '%20')})`, '[gone](Nowhere.files/x.txt)'])
				that(/links to .*no attachment that is there/.test((await push(line)).stderr), line);
			equal((await wiki.page(id)).source, was.source, 'source');
			equal((await push(`[who](${file.replaceAll(' ', '%20')}) and [the budget](Cluster-overview.files/error%20budget%202026.csv), [handbook](${path.relative(path.dirname(name), handbook).replace('-', '%2D')})`)).code, 0, 'code');
			const is = await wiki.page(id);
			that(new RegExp(`<a href="[^"]*/download/attachments/${other}/who%20is%20who.txt">who</a>`).test(is.source) &&
				is.source.endsWith('ri:content-title="On-call handbook"/><ac:link-body>handbook</ac:link-body></ac:link></p>') &&
				is.source.split('ri:filename="error budget 2026.csv"').length === was.source.split('ri:filename="error budget 2026.csv"').length + 1, is.source);
			await wiki.good('pull', id, dir);
			that(readFileSync(path.join(dir, name), 'utf8').includes(`[who](<${file}>)`), 'the way back');
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'something was sent twice');
		});
		await one('all attachments of a page are pulled, however many', async () => {
			const name = `${shelf}/Runbooks/Restart-the-queue.md`, id = idOf(dir, name);
			for (let i = 0; i < 260; i += 20)
				await Promise.all(Array.from({ length: 20 }, (_, k) => wiki.attach(id, `log-${i + k}.txt`, `line ${i + k}`)));
			await wiki.good('pull', id, dir);
			equal(files(dir).filter((f) => f.includes('Restart-the-queue.files/log-')).length, 260, 'files');
			that((await wiki.good('push', dir)).includes('Nothing to send.'), 'something was sent');
		});
		await one('what is wrong with a file is said, and the others go through', async () => {
			edit(dir, handbook, '---\nid:', '---\n!!\nid:');
			const r = await wiki.run('push', dir, '--status');
			equal(r.code, 2, r.stderr);
			that(/On-call-handbook\.md: line 2 of the front matter/.test(r.stderr), r.stderr);
			edit(dir, handbook, '---\n!!\nid:', '---\nid:');
			writeFileSync(path.join(dir, 'copy.md'), readFileSync(path.join(dir, handbook)));
			that(/both the page/.test((await wiki.run('push', dir)).stderr), 'two files, one page');
			equal((await wiki.run('pull', '999999999', dir)).code, 6, 'an unknown page');
			equal((await wiki.run('pull')).code, 2, 'no page');
			equal((await wiki.run('push', scratch())).code, 2, 'an empty directory');
		});
		await one('the state is private, the files are not', async () => {
			equal(statSync(path.join(dir, '.telamon')).mode & 0o77, 0, 'mode of .telamon');
			that(!existsSync(path.join(dir, '..', '.telamon')), 'outside');
		});
	} finally {
		await site.stop();
	}
}

export async function pages() {
	await cycle('Cloud', [], false);
	await cycle('Data Center', ['--dc'], true);
}
