// The demo site as a server of its own (telamon sandbox), for tests with several clients.
import { deadline, cleanEnv, start, telamon } from './session.mjs';

export class Site {
	// args: of telamon sandbox, e.g. ['--dc'].
	static async start(args = []) {
		const site = new Site();
		site.child = start(telamon, ['sandbox', ...args], { env: cleanEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
		let text = '', errors = '';
		site.child.stderr.setEncoding('utf8').on('data', (s) => { errors += s; });
		site.child.stdout.setEncoding('utf8');
		await deadline(new Promise((resolve, reject) => {
			site.child.stdout.on('data', (s) => {
				text += s;
				if (text.includes('Ctrl-C'))
					resolve();
			});
			site.child.exited.then((end) => reject(new Error(`telamon sandbox ended: ${end.code} ${errors}`)));
		}), 'telamon sandbox');
		site.url = text.split('\n')[0];
		// What it says to export, as an environment.
		site.env = Object.fromEntries([...text.matchAll(/((?:JIRA|CONFLUENCE)_[A-Z_]+)=(\S+)/g)].map((m) => [m[1], m[2]]));
		return site;
	}

	async stop() {
		this.child.kill('SIGTERM');
		await deadline(this.child.exited, 'the end of telamon sandbox');
	}
}
