// The fence around every tool: the calls of the contract test once more, by an operator who allows one project and one space
// that do not exist, and by one who allows a project that does. Whatever is asked for by key, id, name, board, sprint or search, or named by
// a field or link of an allowed issue: no word of another project's issues or another space's pages comes back, and nothing there is changed.
import { readdirSync } from 'node:fs';
import { check, equal, that } from '../mcp/check.mjs';
import { cleanEnv, run, telamon } from '../mcp/session.mjs';
import { Site } from '../mcp/site.mjs';

const library = new URL('../contract/lib/', import.meta.url);
const AT_ONCE = 4;

class Sites {
	constructor(site, dc) {
		this.dc = dc;
		this.url = site.url;
		const token = site.env.JIRA_API_TOKEN ?? site.env.JIRA_PERSONAL_TOKEN;
		this.auth = dc ? `Bearer ${token}` : `Basic ${Buffer.from(`${site.env.JIRA_USERNAME}:${token}`).toString('base64')}`;
	}

	async get(path) {
		const r = await fetch(this.url + path, { headers: { authorization: this.auth, accept: 'application/json' } });
		that(r.ok, `${path}: ${r.status}`);
		return r.json();
	}

	async issues() {
		const found = [];
		for (let next = ''; ;) {
			const jql = encodeURIComponent('created > "2000-01-01" ORDER BY key');
			const page = await this.get(this.dc ? `/rest/api/2/search?jql=${jql}&maxResults=1000&startAt=${found.length}&fields=*all` :
				`/rest/api/3/search/jql?jql=${jql}&maxResults=100&fields=*all${next}`);
			found.push(...page.issues);
			if (this.dc ? found.length >= page.total : page.nextPageToken === undefined)
				return found;
			next = `&nextPageToken=${page.nextPageToken}`;
		}
	}

	get api() {
		return this.dc ? '/rest/api/2' : '/rest/api/3';
	}

	async link(from, to) {
		const r = await fetch(`${this.url}${this.api}/issueLink`, { method: 'POST', headers: { authorization: this.auth, 'content-type': 'application/json' },
			body: JSON.stringify({ type: { name: 'Blocks' }, inwardIssue: { key: from }, outwardIssue: { key: to } }) });
		that(r.status === 201, `link: ${r.status}`);
	}

	// What belongs to no project: filters, dashboards, fields, options.
	async shared() {
		const names = (list) => list.map((x) => JSON.stringify([x.id, x.name ?? x.value, x.jql, x.sharePermissions]));
		const found = [...names(await this.get(`${this.api}/filter/favourite`)), ...names((await this.get(`${this.api}/dashboard`)).dashboards),
			...names(await this.get(`${this.api}/field`))];
		if (!this.dc)
			found.push(...names((await this.get(`${this.api}/filter/search?expand=jql,sharePermissions&maxResults=100`)).values),
				...names((await this.get(`${this.api}/field/customfield_10041/context/10300/option`)).values));
		return found;
	}

	async boardOf(project) {
		const board = (await this.get(`/rest/agile/1.0/board?projectKeyOrId=${project}&type=scrum`)).values[0];
		const config = await this.get(`/rest/agile/1.0/board/${board.id}/configuration`);
		return { id: board.id, filter: Number(config.filter.id), sprints: (await this.get(`/rest/agile/1.0/board/${board.id}/sprint`)).values };
	}

	async pages() {
		const found = [], base = this.dc ? '/confluence/rest/api/content?limit=100&expand=version,body.storage' : '/wiki/api/v2/pages?limit=100&body-format=storage';
		for (let next = base; next !== undefined;) {
			const page = await this.get(next);
			found.push(...page.results);
			next = page._links.next === undefined ? undefined : (this.dc ? '/confluence' : '') + page._links.next;
		}
		return found;
	}
}

// What a fence around one project must hold beside: ways out of it that begin at an issue inside, and what belongs to no project.
function waysOut(dc, inside, outside, board) {
	const story = { project_key: 'OPS', summary: 'From inside' };
	return [
		['jira_get_issue', { issue_key: inside }],
		['jira_batch_get_changelogs', { issue_ids_or_keys: [inside] }],
		['jira_clone_issue', { issue_key: inside, include_links: true }],
		...[outside.key, outside.id, { key: outside.key }, { id: outside.id }].flatMap((parent) => [
			['jira_create_issue', { ...story, additional_fields: { parent } }],
			['jira_update_issue', { issue_key: inside, fields: { parent } }],
			['jira_bulk_edit', { issue_keys: [inside], fields: { parent } }],
		]),
		['jira_create_issue', { ...story, parent: outside.key }],
		['jira_batch_create_issues', { issues: [{ ...story, parent: outside.id }] }],
		['jira_link_to_epic', { issue_key: inside, epic_key: outside.key }],
		...board.sprints.flatMap((s) => [
			['jira_create_issue', { ...story, additional_fields: { Sprint: s.id } }],
			['jira_update_issue', { issue_key: inside, fields: { Sprint: { id: s.id } } }],
			['jira_add_issues_to_sprint', { sprint_id: `${s.id}`, issue_keys: [inside] }],
			['jira_get_sprint_issues', { sprint_id: `${s.id}` }],
		]),
		['jira_create_filter', { name: 'Out', jql: 'project != OPS', share: ['authenticated'] }],
		['jira_update_filter', { filter: '10000', name: 'Out' }],
		['jira_delete_object', { kind: 'filter', object: '10000' }],
		['jira_create_board', { name: 'Out', type: 'kanban', filter_id: board.filter, project_key: 'OPS' }],
		['jira_create_custom_field', { name: 'Out', type: 'text' }],
		...(dc ? [] : [['jira_create_dashboard', { name: 'Out' }], ['jira_update_field_options', { field_id: 'Team', add: ['Out'] }]]),
	];
}

// An issue without what it repeats of others: of a link only its kind and ends.
function own(issue) {
	const links = issue.fields.issuelinks?.map((l) => [l.id, l.type.name, l.inwardIssue?.key, l.outwardIssue?.key]);
	return { ...issue, fields: { ...issue.fields, issuelinks: links } };
}

// Whether an issue's fields name the other or one of the sprints.
function isTied(issue, outside, sprints) {
	const fields = JSON.stringify(Object.entries(issue.fields).filter(([k]) => !['issuelinks', 'summary', 'description', 'comment'].includes(k)));
	return fields.includes(`"${outside.key}"`) || sprints.some((s) => fields.includes(`"${s.name}"`) || fields.includes(`name=${s.name},`));
}

class Leaks {
	constructor(env, secrets) {
		this.env = env;
		this.secrets = secrets;
		this.shown = [];
		this.broken = [];
	}

	async call(tool, args) {
		const r = await run(telamon, ['call', tool, '--json', args], { env: this.env, ms: 60000 });
		const leak = this.secrets.find((s) => !args.includes(s) && (r.stdout.includes(s) || r.stderr.includes(s)));
		if (leak !== undefined)
			this.shown.push(`${tool} ${args.slice(0, 150)} shows "${leak}"`);
		if (r.code === null || r.code === 1)
			this.broken.push(`${tool} ${args.slice(0, 150)}: ${r.code} ${r.stderr.slice(-200)}`);
		return r;
	}
}

// project: the one that is allowed; undefined: one that does not exist.
async function fenced(deployment, rows, project) {
	const dc = deployment === 'dc', site = await Site.start(['--seed', '1', '--now', '2026-11-23T09:00:00Z', ...(dc ? ['--dc'] : [])]);
	const sites = new Sites(site, dc), isOutside = (i) => !i.key.startsWith(`${project}-`), name = `fence: ${deployment}${project ? ` around ${project}` : ''}`;
	try {
		const first = await sites.issues(), kept = { key: first[0].key, story: first.at(-1).key }, board = await sites.boardOf('SHOP');
		// One that no row deletes.
		const inside = first.findLast((i) => !isOutside(i) && !JSON.stringify(rows).includes(`"${i.key}"`))?.key;
		if (project !== undefined)
			await sites.link(inside, 'SHOP-2');
		const all = await sites.issues(), issues = all.filter(isOutside), pages = await sites.pages(), shared = await sites.shared();
		// What must not be seen: long enough not to be met by chance, and nothing that the allowed issues say themselves.
		const said = JSON.stringify(all.filter((i) => !isOutside(i)).map((i) => [i.fields.summary, i.fields.description, i.fields.comment, i.fields.project.name]));
		const secrets = [...issues.map((i) => i.fields.summary), ...pages.map((p) => p.title)].filter((s) => s.length > 12 && !said.includes(s));
		that(secrets.length > 100, `only ${secrets.length} titles`);
		const outside = issues.find((i) => i.key === 'SHOP-1'), leaks = new Leaks(cleanEnv({ ...site.env, JIRA_PROJECTS_FILTER: project ?? 'NOWHERE', CONFLUENCE_SPACES_FILTER: 'NOWHERE' }), secrets);
		const queue = [...rows.filter(([, , , , o]) => o?.only === undefined || o.only === deployment),
			...(project === undefined ? [] : waysOut(dc, inside, outside, board))];
		await check(`${name}: without it a search shows titles`, async () => {
			const r = await run(telamon, ['call', 'jira_search', '--jql', 'created > "2000-01-01"'], { env: cleanEnv(site.env), ms: 60000 });
			that(secrets.some((s) => r.stdout.includes(s)), r.stdout.slice(0, 200));
		});
		if (project !== undefined)
			await check(`${name}: what is inside is shown`, async () => {
				const r = await leaks.call('jira_get_issue', JSON.stringify({ issue_key: inside }));
				that(r.code === 0 && r.stdout.includes(all.find((i) => i.key === inside).fields.summary), r.stdout + r.stderr);
			});
		await Promise.all(Array.from({ length: AT_ONCE }, async () => {
			for (let row; (row = queue.shift()) !== undefined;)
				await leaks.call(row[0], JSON.stringify(row[1]).replace(/\$(\w+)/g, (_, n) => kept[n] ?? '10001'));
		}));
		await check(`${name}: ${rows.length} calls show nothing of what is outside`, () => equal(leaks.shown, [], 'leaks'));
		await check(`${name}: none of them is an error of ours`, () => equal(leaks.broken, [], 'broken'));
		await check(`${name}: nothing outside was changed`, async () => {
			const changed = (was, is, what) => is.filter((x, k) => JSON.stringify(x) !== JSON.stringify(was[k])).map((x) => x[what] ?? x.title);
			equal(changed(issues.map(own), (await sites.issues()).filter(isOutside).map(own), 'key'), [], 'issues');
			equal(changed(pages, await sites.pages(), 'title'), [], 'pages');
			equal(await sites.shared(), shared, 'filters, dashboards, fields');
			equal(await sites.boardOf('SHOP'), board, 'sprints');
		});
		await check(`${name}: nothing inside was tied to what is outside`, async () => {
			const tied = (await sites.issues()).filter((i) => !isOutside(i) && isTied(i, outside, board.sprints));
			equal(tied.map((i) => i.key), [], 'issues');
		});
	} finally {
		await site.stop();
	}
}

export async function fence() {
	const modules = await Promise.all(readdirSync(library).filter((n) => /^binary(_\w+)?\.mjs$/.test(n)).sort().map((n) => import(new URL(n, library))));
	const rows = modules.flatMap((m) => m.rows);
	for (const deployment of ['cloud', 'dc'])
		for (const project of [undefined, 'OPS'])
			await fenced(deployment, rows, project);
}
