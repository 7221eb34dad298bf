// Our own binary, one tool call a row, with its requests going through the proxy. A row states what the call must do to
// the site by what its answer says; that its requests are right is the proxy's verdict.
//
// [tool, arguments, exit code or codes, what the answer must hold, { keep, only }]. $name stands for what an earlier row kept;
// only: the one deployment for which the row makes sense; base: a path of the site's address.
import { spawn } from 'node:child_process';

const MARKDOWN = [
	'# One', '', 'A **b** *c* ~~d~~ `e` [f](https://x.example) https://y.example <script>&amp;', '', '- a', '  - b', '    1. c', '- [ ] open', '- [x] done', '',
	'> quoted', '> > twice', '', '```js', 'let a = "<b>";', '```', '', '| a | b |', '|---|--:|', '| 1 | **2** |', '', '---', '', '![picture](https://x.example/a.png)', '',
	'line  ', 'break', '', '1. one', '', '   para', '2. two', '', '* * *', '', '#### empty `` ` ``', ''].join('\n');

export const rows = [
	['jira_search', { jql: 'project = SHOP AND sprint in openSprints() ORDER BY priority DESC' }, 0, /SHOP-\d+/],
	['jira_search', { jql: 'assignee = currentUser() AND statusCategory != Done', fields: ['Story Points', 'Sprint'] }, 0, /(OPS|SHOP)-\d+/],
	['jira_search', { jql: 'project = OPS ORDER BY key', limit: 120 }, 0, /page_token|OPS-101/],
	['jira_search', { jql: 'project = ' }, 2, /line 1/],
	['jira_search', { jql: 'project = NONE' }, 2, /NONE/],
	['jira_search', { jql: 'project = OPS', page_token: 'BOGUS' }, 2, /./],
	['jira_get_issue', { issue_key: 'OPS-1' }, 0, /Move all databases to PostgreSQL 16/],
	['jira_get_issue', { issue_key: 'OPS-4', fields: '*all' }, 0, /OPS-4/],
	['jira_get_issue', { issue_key: 'OPS-4', comment_limit: 0 }, 0, /OPS-4/],
	['jira_get_issue', { issue_key: 'OPS-9999' }, 6, /OPS-9999/],
	['jira_create_issue', { project_key: 'OPS', issue_type: 'Task', summary: 'By the contract test', description: 'With **bold** text\n\n- one\n- two' }, 0, /OPS-\d+/,
		{ keep: { key: /OPS-\d+/ } }],
	['jira_create_issue', { project_key: 'SHOP', issue_type: 'Story', summary: 'With many fields', description: '# Title\n\nA `word` and a [link](https://x.example).\n\n1. one',
		assignee: 'me', labels: ['a', 'b'], components: ['Checkout'], additional_fields: { 'Story Points': 5, Team: 'Storefront', Markets: ['France', 'Nordics'],
			'Go-live date': '2026-12-24', Priority: 'High' } }, 0, /Storefront/, { keep: { story: /SHOP-\d+/ } }],
	['jira_create_issue', { project_key: 'OPS', issue_type: 'Sub-task', summary: 'A part', parent: '$key' }, 0, /OPS-\d+/],
	['jira_create_issue', { project_key: 'SHOP', issue_type: 'Task', summary: 'In an epic', parent: 'SHOP-1' }, 0, /SHOP-1\b/, { only: 'cloud' }],
	['jira_create_issue', { project_key: 'OPS', issue_type: 'Wish', summary: 'x' }, [2, 6], /Task|type/],
	['jira_create_issue', { project_key: 'NONE', issue_type: 'Task', summary: 'x' }, [2, 6], /project/],
	['jira_create_issue', { project_key: 'OPS', issue_type: 'Task', summary: 'x', assignee: 'jonas' }, [2, 6], /Jonas Weber/],
	['jira_create_issue', { project_key: 'OPS', issue_type: 'Task', summary: 'x', components: ['Checkout'] }, [2, 6], /Checkout/],
	['jira_get_issue', { issue_key: '$key' }, 0, /bold/],
	['jira_update_issue', { issue_key: '$key', fields: { Summary: 'Changed by the contract test', Priority: 'Highest', Assignee: 'Mei Tanaka', 'Due date': '2026-12-01' } }, 0, /Highest/],
	['jira_update_issue', { issue_key: '$key', fields: { Assignee: null, Labels: ['x'] } }, 0, /\(none\)/],
	['jira_update_issue', { issue_key: '$key', fields: { Resolution: 'Done' } }, [2, 7], /esolution/],
	['jira_add_comment', { issue_key: '$key', body: 'A comment with `code`' }, 0, /./],
	['jira_add_comment', { issue_key: '$key', body: MARKDOWN }, 0, /./],
	['jira_create_issue', { project_key: 'OPS', issue_type: 'Task', summary: 'Everything', description: MARKDOWN }, 0, /OPS-\d+/],
	['jira_update_issue', { issue_key: '$key', fields: { Description: MARKDOWN } }, 0, /escription/],
	['jira_update_issue', { issue_key: '$key', fields: { Description: '' } }, 0, /escription/],
	['jira_add_comment', { issue_key: 'OPS-9999', body: 'A comment' }, 6, /OPS-9999/],
	['jira_transition_issue', { issue_key: '$key', transition: 'In Progress' }, 0, /In Progress/],
	['jira_transition_issue', { issue_key: '$key', transition: 'Nowhere' }, [2, 6], /Done/],
	['jira_transition_issue', { issue_key: '$key', transition: 'Done', comment: 'All *done*' }, 0, /Done/],
	['jira_transition_issue', { issue_key: '$story', transition: 'Done', fields: { Resolution: "Won't Do" } }, 0, /Won't Do/],
	['search', { query: 'basket' }, 0, /SHOP-\d+/],
	['fetch', { id: 'OPS-1' }, 0, /PostgreSQL 16/],
];

function call(binary, env, tool, args) {
	return new Promise((resolve) => {
		const child = spawn(binary, ['call', tool, '--json', JSON.stringify(args)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
		let out = '', err = '';
		const timer = setTimeout(() => child.kill('SIGKILL'), 60000);
		child.stdout.on('data', (d) => out += d);
		child.stderr.on('data', (d) => err += d);
		child.on('error', (e) => resolve({ code: -1, out: e.message }));
		child.on('close', (code, signal) => {
			clearTimeout(timer);
			resolve({ code: code ?? signal, out, err });
		});
	});
}

function clean(environment) {
	const kept = {};
	for (const name of ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG'])
		if (process.env[name] !== undefined)
			kept[name] = process.env[name];
	return { ...kept, ...environment };
}

export async function run(name, deployment, binary, environment, rows, report) {
	const env = clean(environment), kept = {};
	for (const [tool, args, code, holds, { keep, only, base } = {}] of rows) {
		if (only !== undefined && only !== deployment)
			continue;
		const given = JSON.parse(JSON.stringify(args).replace(/\$(\w+)/g, (_, n) => kept[n] ?? 'MISSING-1'));
		const r = await call(binary, base === undefined ? env : { ...env, JIRA_URL: env.JIRA_URL + base }, tool, given);
		const text = `${r.out}${r.err ?? ''}`;
		let fault = null;
		if (![code].flat().includes(r.code))
			fault = `exit code ${r.code}, expected ${[code].flat().join(' or ')}: ${text.trim().slice(0, 300)}`;
		else if (!holds.test(text))
			fault = `the answer holds no ${holds}: ${text.trim().slice(0, 300)}`;
		for (const [n, pattern] of Object.entries(keep ?? {}))
			kept[n] = pattern.exec(r.out)?.[0];
		report(`telamon ${name}: ${tool} ${JSON.stringify(given)}`, fault);
	}
}

// Every tool that the binary lists is called by some row.
export async function reportTools(binary, rows, report) {
	const child = spawn(binary, ['tools'], { env: clean({}), stdio: ['ignore', 'pipe', 'inherit'] });
	let out = '';
	child.stdout.on('data', (d) => out += d);
	await new Promise((resolve) => child.on('close', resolve));
	const tools = [...out.matchAll(/^(\w+) +(?:reads|writes|destroys) /gm)].map((m) => m[1]);
	report('telamon lists tools', tools.length > 0 ? null : `none in: ${out.slice(0, 200)}`);
	for (const tool of tools)
		report(`telamon: ${tool} is called`, rows.some((r) => r[0] === tool) ? null : 'no row in lib/binary*.mjs calls it');
}
