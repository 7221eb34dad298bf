/*
 * Clients and handlers that do anything in any order: send in pieces, pipeline,
 * stop reading, half-close, leave, reset; answer at once or later, stream, abort.
 * Small deadlines fire in between. Every exchange must end exactly once, and at
 * the end nothing may be left. The order comes from a fixed seed, so a failure
 * can be run again; HTTPD_TORTURE=N runs N rounds with other seeds.
 */
#include "unit/httpd_harness.h"

#include "base/env.h"
#include "base/str.h"

enum { CLIENTS = 24, STEPS = 4000, OPEN_MAX = 256 };

struct held {
	struct exchange *ex;
	bool streaming;
};

struct torture {
	struct server s;
	struct client c[CLIENTS];
	bool open[CLIENTS];
	bool muted[CLIENTS];
	const char *text[CLIENTS];	/* what this client is sending */
	size_t at[CLIENTS];
	struct held held[OPEN_MAX];
	size_t held_count;
	uint64_t seed;
	uint64_t handled, ended, lost;
	char *big;
};

enum { BIG = 400 * 1000 };

static const char *const texts[] = {
	"GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\nGET /c HTTP/1.1\r\nHost: a\r\n\r\n",
	"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789",
	"POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n0123456789",
	"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n0\r\n\r\nGET /d HTTP/1.1\r\nHost: a\r\n\r\n",
	"HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a HTTP/1.0\r\nHost: a\r\n\r\n",
	"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /never HTTP/1.1\r\nHost: a\r\n\r\n",
	"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n0GET /never HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a HTTP/1.1\nHost: a\n\n",
	"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n0123456789012345678901234567890123456789",
	"\r\n",
};

static uint32_t
next(struct torture *t, uint32_t below)
{
	t->seed = t->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(t->seed >> 33) % below;
}

static void
forget(struct torture *t, size_t i)
{
	t->held[i] = t->held[--t->held_count];
}

static void
on_left(struct exchange *ex, void *arg)
{
	struct torture *t = arg;

	for (size_t i = 0; i < t->held_count; i++) {
		if (t->held[i].ex == ex) {
			forget(t, i);
			t->lost++;
			exchange_reply(ex, 200, NULL, 0, "x", 1);	/* too late: must be ignored */
			return;
		}
	}
	fail_msg("on_close for an exchange that has ended");
}

static void
act(struct exchange *ex, void *arg)
{
	struct torture *t = arg;

	assert_string_not_equal(exchange_path(ex), "/never");
	t->handled++;
	switch (t->held_count < OPEN_MAX ? next(t, 8) : 0) {
	case 0:
	case 1:
	case 2:
		t->ended++;
		exchange_reply(ex, 200, NULL, 0, "ok", 2);
		return;
	case 3:
		t->ended++;
		exchange_reply(ex, 200, NULL, 0, t->big, BIG);
		return;
	case 4:
		t->ended++;
		exchange_abort(ex);
		return;
	case 5:
		break;
	default:
		exchange_on_close(ex, on_left, t);
		break;
	}
	t->held[t->held_count++] = (struct held){ .ex = ex };
}

static void
answer_one(struct torture *t)
{
	size_t i;
	struct held *h;

	if (t->held_count == 0)
		return;
	i = next(t, (uint32_t)t->held_count);
	h = &t->held[i];
	if (h->streaming) {
		if (next(t, 3) > 0) {
			exchange_write(h->ex, t->big, 1 + next(t, BIG / 2));
			return;
		}
		exchange_end(h->ex);
	} else {
		switch (next(t, 5)) {
		case 0:
			h->streaming = true;
			exchange_stream(h->ex, 200, NULL, 0);
			return;
		case 1:
			exchange_on_close(h->ex, on_left, t);
			return;
		case 2:
			exchange_abort(h->ex);
			break;
		case 3:
			exchange_reply(h->ex, 200, NULL, 0, t->big, BIG);
			break;
		default:
			exchange_reply(h->ex, 204, NULL, 0, NULL, 0);
			break;
		}
	}
	forget(t, i);
	t->ended++;
}

static void
answer_all(struct torture *t)
{
	while (t->held_count > 0)
		answer_one(t);
}

static void
client_step(struct torture *t, size_t i)
{
	struct client *c = &t->c[i];
	struct linger now = { .l_onoff = 1 };
	size_t left, n;

	if (!t->open[i]) {
		client_open(c, &t->s);
		c->in.max = 0;		/* what comes back is thrown away */
		t->open[i] = true;
		t->muted[i] = false;
		t->text[i] = texts[next(t, LEN(texts))];
		t->at[i] = 0;
		return;
	}
	switch (c->eof ? 11 : next(t, 14)) {
	case 0:
		shutdown(c->fd, SHUT_WR);
		return;
	case 1:
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		/* fall through */
	case 11:
		client_close(c);
		t->open[i] = false;
		return;
	case 2:
		if (t->muted[i])
			client_listen(c);
		else
			client_mute(c);
		t->muted[i] = !t->muted[i];
		return;
	default:
		left = strlen(t->text[i]) - t->at[i];
		n = next(t, 2) ? left : 1 + next(t, (uint32_t)left);
		client_send(c, t->text[i] + t->at[i], n);
		t->at[i] += n;
		if (n == left) {
			t->text[i] = texts[next(t, LEN(texts))];
			t->at[i] = 0;
		}
		return;
	}
}

static void
torture(uint64_t seed, bool drain)
{
	struct httpd_options o = { .host = "127.0.0.1", .header_ms = 20, .body_ms = 20, .idle_ms = 30, .write_ms = 20,
		.max_connections = CLIENTS - 4 };
	struct torture *t = mem_alloc(sizeof(*t));
	struct err e;

	t->seed = seed;
	t->big = mem_alloc(BIG);
	t->s = (struct server){ .loop = loop_new(), .arena = arena_new() };
	t->s.base = loop_base(t->s.loop);
	err_init(&e, t->s.arena);
	t->s.httpd = httpd_listen(t->s.loop, &o, act, t, &e);
	assert_non_null(t->s.httpd);
	for (int i = 0; i < STEPS; i++) {
		if (next(t, 4) == 0)
			answer_one(t);
		else
			client_step(t, next(t, CLIENTS));
		if (next(t, 3) == 0)
			event_base_loop(t->s.base, EVLOOP_NONBLOCK);
	}
	if (drain) {
		httpd_drain(t->s.httpd, NULL, NULL);
		for (size_t i = 0; i < CLIENTS; i++) {
			if (t->open[i])
				client_close(&t->c[i]);
			t->open[i] = false;
		}
		/* Requests that had been sent before may still come to the handler. */
		wait_for(&t->s, (answer_all(t), httpd_connections(t->s.httpd) == 0));
		httpd_free(t->s.httpd);
	} else {
		httpd_free(t->s.httpd);
		answer_all(t);
	}
	assert_true(t->handled > STEPS / 20);
	assert_int_equal(t->handled, t->ended + t->lost);
	for (size_t i = 0; i < CLIENTS; i++) {
		if (t->open[i])
			client_close(&t->c[i]);
	}
	loop_free(t->s.loop);
	arena_free(t->s.arena);
	mem_free(t->big);
	mem_free(t);
}

static void
test_torture(void **state)
{
	const char *rounds = env_get("HTTPD_TORTURE");
	int64_t n = 16;

	(void)state;
	if (rounds != NULL)
		assert_int_equal(str_int(rounds, 1, 1000000, &n), 0);
	for (int64_t i = 0; i < n; i++)
		torture((uint64_t)i + 1, i % 2 == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
