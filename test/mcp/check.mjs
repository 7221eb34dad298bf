// Counts checks: one line each, then "N passed, N failed".
let passed = 0, failed = 0;

export class Failure extends Error {}

export function fail(why) {
	throw new Failure(why);
}

export function equal(got, want, what = 'value') {
	const a = JSON.stringify(got), b = JSON.stringify(want);
	if (a !== b)
		fail(`${what}: got ${a?.slice(0, 400)}, want ${b?.slice(0, 400)}`);
}

export function that(condition, why) {
	if (!condition)
		fail(why);
}

export async function check(name, fn) {
	try {
		await fn();
		passed++;
		console.log(`ok    ${name}`);
	} catch (e) {
		failed++;
		console.log(`FAIL  ${name}: ${e instanceof Failure ? e.message : e.stack}`);
	}
}

export function skip(what) {
	console.log(`skipped: ${what}`);
}

// The last line, and the exit code.
export function finish() {
	console.log(`${passed} passed, ${failed} failed`);
	process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
