// telamon doctor: each product's credentials are looked at, and what is wrong with one is not covered by the other.
import { check, equal, that } from '../mcp/check.mjs';
import { cleanEnv, run, telamon } from '../mcp/session.mjs';
import { Site } from '../mcp/site.mjs';

export async function doctor() {
	for (const args of [[], ['--dc']]) {
		const site = await Site.start(args), what = args.length > 0 ? 'Data Center' : 'Cloud';
		const ask = (more) => run(telamon, ['doctor'], { env: cleanEnv({ ...site.env, ...more }), ms: 30000 });
		try {
			await check(`doctor: ${what}: both products know the account`, async () => {
				const r = await ask({});
				equal(r.code, 0, r.stdout);
				equal(r.stdout.match(/^ok +credentials: Ada Brandt/gm)?.length, 2, r.stdout);
			});
			for (const product of ['JIRA', 'CONFLUENCE'])
				await check(`doctor: ${what}: a wrong token of ${product} is found`, async () => {
					const r = await ask({ [`${product}_API_TOKEN`]: 'wrong', [`${product}_PERSONAL_TOKEN`]: 'wrong' });
					equal(r.code, 1, r.stdout);
					that(/^FAIL .*(credentials|401)/m.test(r.stdout) && /^ +fix: /m.test(r.stdout), r.stdout);
					equal(r.stdout.match(/^ok +credentials: Ada Brandt/gm)?.length, 1, r.stdout);
				});
		} finally {
			await site.stop();
		}
	}
}
