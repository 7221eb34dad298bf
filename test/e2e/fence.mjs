// The fence around every tool: the calls of the contract test once more, by an operator who allows one project and one space
// that do not exist. Whatever is asked for by key, id, name, board, sprint or search: no word of another project's issues or
// another space's pages comes back, and nothing on the site is changed.
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

async function fenced(deployment, rows) {
	const dc = deployment === 'dc', site = await Site.start(['--seed', '1', '--now', '2026-11-23T09:00:00Z', ...(dc ? ['--dc'] : [])]);
	const sites = new Sites(site, dc), leaks = [], broken = [];
	try {
		const issues = await sites.issues(), pages = await sites.pages();
		// What must not be seen: long enough not to be met by chance.
		const secrets = [...issues.map((i) => i.fields.summary), ...pages.map((p) => p.title)].filter((s) => s.length > 12);
		that(secrets.length > 150, `only ${secrets.length} titles`);
		const env = cleanEnv({ ...site.env, JIRA_PROJECTS_FILTER: 'NOWHERE', CONFLUENCE_SPACES_FILTER: 'NOWHERE' });
		const queue = rows.filter(([, , , , o]) => o?.only === undefined || o.only === deployment);
		const kept = { key: issues[0].key, story: issues.at(-1).key };
		await check(`fence: ${deployment}: without it a search shows titles`, async () => {
			const r = await run(telamon, ['call', 'jira_search', '--jql', 'created > "2000-01-01"'], { env: cleanEnv(site.env), ms: 60000 });
			that(secrets.some((s) => r.stdout.includes(s)), r.stdout.slice(0, 200));
		});
		await Promise.all(Array.from({ length: AT_ONCE }, async () => {
			for (let row; (row = queue.shift()) !== undefined;) {
				const [tool] = row, args = JSON.stringify(row[1]).replace(/\$(\w+)/g, (_, n) => kept[n] ?? '10001');
				const r = await run(telamon, ['call', tool, '--json', args], { env, ms: 60000 });
				const leak = secrets.find((s) => !args.includes(s) && (r.stdout.includes(s) || r.stderr.includes(s)));
				if (leak !== undefined)
					leaks.push(`${tool} ${args.slice(0, 150)} shows "${leak}"`);
				if (r.code === null || r.code === 1)
					broken.push(`${tool} ${args.slice(0, 150)}: ${r.code} ${r.stderr.slice(-200)}`);
			}
		}));
		await check(`fence: ${deployment}: ${rows.length} calls show nothing of what is outside`, () => equal(leaks, [], 'leaks'));
		await check(`fence: ${deployment}: none of them is an error of ours`, () => equal(broken, [], 'broken'));
		await check(`fence: ${deployment}: nothing outside was changed`, async () => {
			const changed = (was, is, what) => is.filter((x, k) => JSON.stringify(x) !== JSON.stringify(was[k])).map((x) => x[what] ?? x.title);
			equal(changed(issues, await sites.issues(), 'key'), [], 'issues');
			equal(changed(pages, await sites.pages(), 'title'), [], 'pages');
		});
	} finally {
		await site.stop();
	}
}

export async function fence() {
	const modules = await Promise.all(readdirSync(library).filter((n) => /^binary(_\w+)?\.mjs$/.test(n)).sort().map((n) => import(new URL(n, library))));
	const rows = modules.flatMap((m) => m.rows);
	await fenced('cloud', rows);
	await fenced('dc', rows);
}
