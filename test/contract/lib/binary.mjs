// Our own binary, one tool call a row, with its requests going through the proxy. A row states what the call must do to
// the site by what its answer says; that its requests are right is the proxy's verdict.
//
// [tool, arguments, exit code, what the answer must hold]. $name stands for what an earlier row kept.
import { spawn } from 'node:child_process';

const rows = [
	['jira_search', { jql: 'project = SHOP AND sprint in openSprints() ORDER BY priority DESC' }, 0, /SHOP-\d+/],
	['jira_search', { jql: 'assignee = currentUser() AND statusCategory != Done' }, 0, /(OPS|SHOP)-\d+/],
	['jira_search', { jql: 'project = OPS', limit: 60 }, 0, /OPS-\d+/],
	['jira_search', { jql: 'project = ' }, 2, /./],
	['jira_search', { jql: 'project = NONE' }, 2, /NONE/],
	['jira_get_issue', { issue_key: 'OPS-1' }, 0, /Move all databases to PostgreSQL 16/],
	['jira_get_issue', { issue_key: 'OPS-4', fields: '*all' }, 0, /OPS-4/],
	['jira_get_issue', { issue_key: 'OPS-9999' }, 6, /OPS-9999/],
	['jira_create_issue', { project_key: 'OPS', issue_type: 'Task', summary: 'By the contract test', description: 'With **bold** text\n\n- one\n- two' }, 0, /OPS-\d+/, { key: /OPS-\d+/ }],
	['jira_create_issue', { project_key: 'OPS', issue_type: 'Wish', summary: 'x' }, [2, 6], /Task|type/],
	['jira_get_issue', { issue_key: '$key' }, 0, /bold/],
	['jira_update_issue', { issue_key: '$key', fields: '{"summary": "Changed by the contract test"}' }, 0, /Changed/],
	['jira_add_comment', { issue_key: '$key', body: 'A comment with `code`' }, 0, /./],
	['jira_transition_issue', { issue_key: '$key', transition: 'In Progress' }, 0, /In Progress/],
	['jira_transition_issue', { issue_key: '$key', transition: 'Nowhere' }, [2, 6], /Done/],
	['jira_transition_issue', { issue_key: '$key', transition: 'Done' }, 0, /Done/],
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

export async function run(name, binary, environment, report) {
	const env = clean(environment), kept = {};
	for (const [tool, args, code, holds, keep] of rows) {
		const given = JSON.parse(JSON.stringify(args).replace(/\$(\w+)/g, (_, n) => kept[n] ?? 'MISSING-1'));
		const r = await call(binary, env, tool, given);
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
